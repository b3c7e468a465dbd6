<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** One challenge of a reply with status 401 or 403 (RFC 9110, RFC 6750, RFC 9449, RFC 9470, RFC 9728). */
final class Challenge
{
    /** The parameter `error`, or null. */
    public readonly ?string $error;

    /** Where the resource describes itself (RFC 9728), as the challenge says: not checked. */
    public readonly ?string $resourceMetadata;

    /**
     * @param string                $scheme     as it was written; its case means nothing
     * @param string|null           $token68    what stands in place of parameters in schemes such as `Negotiate`
     * @param array<string, string> $parameters names in lower case
     * @param array<string, mixed>  $options
     */
    private function __construct(
        public readonly string $scheme,
        public readonly ?string $token68,
        public readonly array $parameters,
        private readonly array $options,
    ) {
        $this->error = $parameters['error'] ?? null;
        $this->resourceMetadata = $parameters['resource_metadata'] ?? null;
    }

    /**
     * The challenges of a `WWW-Authenticate` field, or of all fields of that name in order.
     *
     * @param string|list<string> $header
     *
     * @return list<self>
     *
     * @throws Exception\ProviderException `oauth.challenge` for what is not of the grammar
     */
    public static function parse(string|array $header): array
    {
        foreach ((array) $header as $field) {
            if (!\is_string($field)) {
                throw Failure::argument('the header is neither a text nor a list of texts');
            }
        }
        $challenges = Json::decode(Native::parseChallenges(Json::encode(\array_values((array) $header), 'header')));
        $made = static fn (array $one): self => new self($one['scheme'], $one['token68'], $one['parameters'], $one['authorization_options']);

        return \array_map($made, $challenges);
    }

    /**
     * What to pass to {@see Client::beginAuthorization} so that the next access token will do: `acrValues` and `maxAge` for
     * `insufficient_user_authentication` (RFC 9470), `scopes` for that and for `insufficient_scope`; empty otherwise.
     *
     * @return array{scopes?: list<string>, acrValues?: list<string>, maxAge?: int} named arguments
     */
    public function authorizationOptions(): array
    {
        $options = ['scopes' => 'scopes', 'acrValues' => 'acr_values', 'maxAge' => 'max_age'];
        $options = \array_map(fn (string $name): mixed => $this->options[$name] ?? null, $options);

        return \array_filter($options, static fn (mixed $value): bool => $value !== null);
    }
}
