"""Operations about sessions, registrations and protected resources, for the shared scenarios."""

from ferroauth import ProtectedResource, Registration, Service

import objects
from objects import text


def begin_logout(world, given):
    request = world.client.begin_logout(**given)
    return {"url": objects.url_value(request.url), "state": request.state}


def finish_logout(world, given):
    world.client.finish_logout(objects.callback(given["callback"]), given["state"])
    return {}


def front_channel_logout(world, given):
    sid = {"session_id": given["session_id"]} if "session_id" in given else {}
    found = world.client.front_channel_logout(objects.callback(given["request"]), **sid)
    return {"issuer": found.issuer, "session_id": found.session_id}


def restore_registration(world, given):
    world.registration = Registration.from_json(world.registration.to_json())
    return parts(world.registration)


def parts(registration):
    names = ("client_id", "client_secret", "client_secret_expires_at", "manageable", "metadata", "client_options")
    return {name: getattr(registration, name) for name in names}


def registering(name):
    def begin(world, given):
        given = objects.resolved(given)
        service = Service.from_json(text(world.given["service"]))
        first = [] if name == "register" else [world.registration]
        if "metadata" in given:
            first.append(given.pop("metadata"))

        def kept(registration):
            world.registration = registration
            return {} if registration is None else parts(registration)

        return getattr(Service.flow, name)(service, *first, **given), kept

    return begin


def discover_resource(world, given):
    given = dict(given)
    flow = ProtectedResource.flow.discover(text(given.pop("resource")), **given, testing={"now": world.given["now"]})
    return flow, lambda found: {"resource": found.resource, "authorization_servers": list(found.authorization_servers), "scopes": list(found.scopes)}


LOCAL = {"begin_logout": begin_logout, "finish_logout": finish_logout, "front_channel_logout": front_channel_logout, "restore_registration": restore_registration}
FLOWS = {name: registering(name) for name in ("register", "read_registration", "update_registration", "delete_registration")} | {"discover_resource": discover_resource}
