<?php

// Plays the shared scenarios: the flow's steps are answered from the script, without a socket.

declare(strict_types=1);

use Ferroauth\{Client, Introspection, PendingAuthorization, Registration, ResourceServer, Service, Verifier};

/** The exchanges are not those of the script. */
final class Departure extends Exception
{
}

/** What the calls of one scenario share. */
final class World
{
    public ?PendingAuthorization $pending = null;
    public string $sealed = '';
    /** What the last call's events are read from. */
    public Ferroauth\Flow|PendingAuthorization|null $told = null;
    public ?Client $ownClient = null;
    public ?Verifier $ownVerifier = null;
    public ?Registration $registration = null;

    public function __construct(public readonly stdClass $given)
    {
    }

    public function client(): Client
    {
        return $this->ownClient ??= client($this->given->service, $this->given->client, (array) $this->given);
    }

    public function verifier(): Verifier
    {
        return $this->ownVerifier ??= $this->newVerifier($this->given->now);
    }

    public function newVerifier(int $now): Verifier
    {
        return verifier($this->given->verifier->config, $this->given->verifier->keys, $now);
    }
}

/** The decision about a request: its flow, and how the answer is compared. */
function guard(World $world, stdClass $given): array
{
    $fields = array_map(text(...), $given->authorization);
    $guard = new ResourceServer($world->verifier(), realm: $given->realm ?? null);

    return [
        $guard->flow->authenticate(['authorization' => $fields], $given->scopes),
        static fn ($answer): array => decision_value($answer, $fields),
    ];
}

/** What talks to the provider: a flow, and how its result is compared. */
function flows(): array
{
    $self = static fn (array $value): array => $value;
    $nothing = static fn (): array => [];
    $members = static fn (Introspection $introspection): array => $introspection->toArray();

    return [
        'authenticate' => guard(...),
        'register' => registering('register'),
        'read_registration' => registering('read_registration'),
        'update_registration' => registering('update_registration'),
        'delete_registration' => registering('delete_registration'),
        'discover_resource' => discover_resource(...),
        'discover' => static fn (World $world, $given) => [Service::flow()->discover($given->issuer), service_value(...)],
        'verify' => static fn (World $world, $given) => [$world->verifier()->flow->verify(text($given->token)), claims_value(...)],
        'finish_authorization' => static fn (World $world, $given) => [
            $world->client()->flow->finishAuthorization($world->pending, callback($given->callback), ...named((object) array_intersect_key((array) $given, ['origin' => 0, 'session' => 0, 'response_mode' => 0]))),
            tokens_value(...),
        ],
        'push_authorization' => static fn (World $world, $given) => [$world->client()->flow->pushAuthorization(...named($given)), static fn ($pending): array => begun($world, $pending)],
        'refresh' => static fn (World $world, $given) => [$world->client()->flow->refresh(text($given->token), $given->scopes ?? null, $given->id_token ?? null, $given->subject ?? null, $given->resource ?? null), tokens_value(...)],
        'introspect' => static fn (World $world, $given) => [$world->client()->flow->introspect(text($given->token), $given->token_type_hint ?? null), $members],
        'revoke' => static fn (World $world, $given) => [$world->client()->flow->revoke(text($given->token), $given->token_type_hint ?? null), $nothing],
        'userinfo' => static fn (World $world, $given) => [$world->client()->flow->userinfo(text($given->token), $given->subject ?? null), $self],
    ];
}

/** Any other name is a method of the client: `positional` says which members of `given` come first. */
function operated(World $world, stdClass $call): array
{
    $flow = $world->client()->flow;
    $name = camel($call->operation);
    method_exists($flow, $name) || throw new Departure("an unknown operation {$call->operation}");
    $given = (array) resolved($call->given);
    foreach (STORED as $member => $restore) {
        if (isset($given[$member])) {
            $given[$member] = $restore(json_encode($given[$member]));
        }
    }
    $first = [];
    foreach ($call->positional ?? [] as $member) {
        $first[] = $given[$member];
        unset($given[$member]);
    }

    return [$flow->$name(...$first, ...named((object) $given)), static fn ($result): array => result_value($result, $call->expect)];
}

const LOCAL = [
    'begin_authorization' => 'local_begin', 'seal' => 'local_seal', 'open' => 'local_open', 'clock' => 'local_clock', 'verify_now' => 'local_verify_now',
    'import_keys' => 'local_import', 'export_import' => 'local_export_import', 'dpop_proof' => 'local_proof',
    'authorization_headers' => 'local_headers', 'remember_dpop_nonce' => 'local_nonce',
    'begin_logout' => 'local_begin_logout', 'finish_logout' => 'local_finish_logout', 'front_channel_logout' => 'local_front_channel_logout',
    'restore_registration' => 'local_restore_registration',
];

function local_begin(World $world, stdClass $given): array
{
    $world->told = $world->client()->beginAuthorization(...named($given->options));

    return begun($world, $world->told);
}

function begun(World $world, Ferroauth\PendingAuthorization $pending): array
{
    $world->pending = $pending;

    return pending_value($pending);
}

function local_proof(World $world, stdClass $given): array
{
    return ['proof' => $world->client()->dpopProof($given->method, $given->url, $given->access_token ?? null, $given->nonce ?? null)];
}

function local_headers(World $world, stdClass $given): array
{
    return $world->client()->authorizationHeaders($given->token, $given->method, $given->url);
}

function local_nonce(World $world, stdClass $given): array
{
    $world->client()->rememberDpopNonce($given->url, $given->nonce);

    return [];
}

function local_seal(World $world, stdClass $given): array
{
    $world->sealed = $world->pending->seal(keyring([$given->key]));

    return [];
}

function local_open(World $world, stdClass $given): array
{
    if (array_intersect_key((array) $given, ['now' => 0, 'client' => 0, 'service' => 0]) !== []) {
        $merged = (array) $given + (array) $world->given;
        $world->ownClient = client($merged['service'], $merged['client'], $merged);
    }
    $world->pending = $world->client()->openPending($world->sealed, keyring([$given->key]));

    return ['state' => $world->pending->state];
}

function local_clock(World $world, stdClass $given): array
{
    $world->verifier()->setTestingClock($given->now);

    return [];
}

function local_verify_now(World $world, stdClass $given): array
{
    return claims_value($world->verifier()->verifyNow(text($given->token)));
}

function local_import(World $world, stdClass $given): array
{
    $world->verifier()->importKeys(text($given->text));

    return [];
}

function local_export_import(World $world, stdClass $given): array
{
    $exported = $world->verifier()->exportKeys();
    $world->ownVerifier = $world->newVerifier($given->now);
    $world->verifier()->importKeys($exported);

    return [];
}

/** Does a call; $script loses the exchanges that took place. */
function perform(World $world, stdClass $call, array &$script): array
{
    if (isset(LOCAL[$call->operation])) {
        return LOCAL[$call->operation]($world, $call->given);
    }
    $begin = flows()[$call->operation] ?? null;
    [$flow, $convert] = $begin === null ? operated($world, $call) : $begin($world, $call->given);
    $world->told = $flow;
    $step = $flow->advance();
    while (!$step->done) {
        $exchange = array_shift($script) ?? throw new Departure('a further request ' . ($step->http['url'] ?? ''));
        if ($step->http === null) {
            \in_array($exchange->sleep ?? null, [true, intdiv($step->sleep, 1000)], true) || throw new Departure("a sleep of {$step->sleep} ms");
            $step = $flow->advance();
            continue;
        }
        check_request($step->http, $exchange->request);
        $step = $flow->advance(answer($exchange->reply));
    }

    return $convert($step->result);
}

/** Compares a request with the script. */
function check_request(array $request, stdClass $wanted): void
{
    if ($request['method'] !== $wanted->method || $request['url'] !== $wanted->url) {
        throw new Departure("{$request['method']} {$request['url']} expected {$wanted->url}");
    }
    $sent = array_change_key_case($request['headers']);
    foreach ($wanted->headers as $name => $value) {
        if (($sent[$name] ?? null) !== $value) {
            throw new Departure("the header {$name}: " . ($sent[$name] ?? 'none'));
        }
    }
    if (isset($wanted->json)) {
        json_decode($request['body'] ?? '') == $wanted->json || throw new Departure("the body {$request['body']} expected " . json_encode($wanted->json));

        return;
    }
    $expected = [];
    foreach ($wanted->form ?? [] as $name => $value) {
        // A list is a parameter that is sent more than once.
        foreach ((array) $value as $one) {
            $expected[] = [$name, $one];
        }
    }
    sort($expected);
    $form = form_pairs($request['body'] ?? '');
    if ($form !== $expected) {
        throw new Departure('the form ' . json_encode($form) . ' expected ' . json_encode($expected));
    }
}

function answer(stdClass $reply): array
{
    if (isset($reply->failure)) {
        return ['failure' => $reply->failure];
    }

    return ['status' => $reply->status, 'headers' => (array) $reply->headers, 'body' => bytes($reply->body)];
}

/** Plays a scenario; returns what departs from it, or null. */
function play(stdClass $scenario, Closure $difference): ?string
{
    $world = new World($scenario->given);
    foreach ($scenario->calls as $number => $call) {
        $script = $call->exchanges ?? [];
        $world->told = null;
        try {
            $wrong = $difference($call->expect, static function () use ($world, $call, &$script): array {
                return perform($world, $call, $script);
            });
        } catch (Departure $departure) {
            $wrong = $departure->getMessage();
        }
        if ($wrong === null && $script !== []) {
            $wrong = "no request to {$script[0]->request->url}";
        }
        if ($wrong === null && isset($call->events)) {
            $wrong = $difference((object) ['ok' => $call->events], static fn (): array => json_decode(json_encode($world->told?->events ?? []), true));
        }
        if ($wrong !== null) {
            return "{$wrong} (call {$number})";
        }
    }

    return null;
}
