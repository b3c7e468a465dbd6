"""Where providers and the metadata of APIs come from, awaitable."""

from __future__ import annotations

import ferroauth
from ferroauth.aio._worker import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class Service:
    """Where providers come from; yields ``ferroauth.Service`` objects."""

    @staticmethod
    async def discover(
        issuer: str,
        *,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.Service:
        """Discovers a provider from its issuer."""
        return await run(
            ferroauth.Service.flow.discover(
                issuer,
                quirks=quirks,
                default_lifetime=default_lifetime,
                overlay=overlay,
                network=network,
                testing=testing,
            )
        )

    @staticmethod
    async def register(
        service: ferroauth.Service,
        metadata: Mapping[str, Any],
        *,
        initial_access_token: str | None = None,
        software_statement: str | None = None,
    ) -> ferroauth.Registration:
        """Registers a client at a service."""
        flow = ferroauth.Service.flow.register(
            service, metadata, initial_access_token=initial_access_token, software_statement=software_statement
        )
        return await run(flow)

    @staticmethod
    async def read_registration(
        service: ferroauth.Service, registration: ferroauth.Registration
    ) -> ferroauth.Registration:
        """Reads a registration anew."""
        return await run(ferroauth.Service.flow.read_registration(service, registration))

    @staticmethod
    async def update_registration(
        service: ferroauth.Service, registration: ferroauth.Registration, metadata: Mapping[str, Any]
    ) -> ferroauth.Registration:
        """Replaces the metadata of a registration."""
        return await run(ferroauth.Service.flow.update_registration(service, registration, metadata))

    @staticmethod
    async def delete_registration(service: ferroauth.Service, registration: ferroauth.Registration) -> None:
        """Deletes a registration."""
        await run(ferroauth.Service.flow.delete_registration(service, registration))

    @staticmethod
    def preset(
        name: str,
        *,
        base_url: str | None = None,
        tenant: str | None = None,
        realm: str | None = None,
        domain: str | None = None,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.Service:
        """A provider that ferroauth knows. Needs no network."""
        return ferroauth.Service.preset(
            name,
            base_url=base_url,
            tenant=tenant,
            realm=realm,
            domain=domain,
            quirks=quirks,
            default_lifetime=default_lifetime,
            overlay=overlay,
            network=network,
            testing=testing,
        )

    @staticmethod
    def from_json(
        text: str,
        *,
        base_url: str | None = None,
        tenant: str | None = None,
        realm: str | None = None,
        domain: str | None = None,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.Service:
        """A provider from its metadata, a provider file, or a record. Needs no network."""
        return ferroauth.Service.from_json(
            text,
            base_url=base_url,
            tenant=tenant,
            realm=realm,
            domain=domain,
            quirks=quirks,
            default_lifetime=default_lifetime,
            overlay=overlay,
            network=network,
            testing=testing,
        )

    @staticmethod
    def presets() -> list[dict[str, Any]]:
        """The providers that ferroauth knows, and what each needs. Needs no network."""
        return ferroauth.Service.presets()


class ProtectedResource:
    """Where the metadata of APIs comes from; yields ``ferroauth.ProtectedResource`` objects."""

    @staticmethod
    async def discover(
        resource: str,
        *,
        metadata_url: str | None = None,
        signed_by: str | None = None,
        algorithms: Sequence[str] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.ProtectedResource:
        """Asks a protected resource which authorization servers it trusts."""
        flow = ferroauth.ProtectedResource.flow.discover(
            resource,
            metadata_url=metadata_url,
            signed_by=signed_by,
            algorithms=algorithms,
            network=network,
            testing=testing,
        )
        return await run(flow)
