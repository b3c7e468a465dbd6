<?php

// The PHP host of the interop run: does with the installed package what each line of standard input says. See host.py.

declare(strict_types=1);

use Ferroauth\Exception\FerroauthException;

// The package is the one installed in the working directory, as it is for a user's own program.
require getcwd() . '/vendor/autoload.php';

$objects = [];

function camel(string $name): string
{
    return preg_replace_callback('/_([a-z])/', fn ($found) => strtoupper($found[1]), $name);
}

function snake(string $name): string
{
    return preg_replace_callback('/[A-Z]/', fn ($found) => '_' . strtolower($found[0]), $name);
}

/** An argument: plain data, bytes, an earlier object, or a call whose result is meant. */
function given(mixed $value): mixed
{
    global $objects;
    return match (true) {
        !is_array($value) => $value,
        isset($value['$']) => $objects[$value['$']],
        isset($value['bytes']) => base64_decode($value['bytes'], true),
        isset($value['make']) => call($value['make']),
        default => array_map(given(...), $value),
    };
}

function call(array $line): mixed
{
    global $objects;
    $passed = array_map(given(...), $line['positional']);
    foreach ($line['named'] as $name => $value) {
        $passed[camel((string) $name)] = given($value);
    }
    $path = array_map(camel(...), explode('.', $line['method']));
    $method = array_pop($path);
    if (is_string($line['target'])) {
        $class = "Ferroauth\\{$line['target']}";
        if ($method === 'new') {
            return new $class(...$passed);
        }
        if ($path === []) {
            return $class::$method(...$passed);
        }
        // `Service::flow()` where the other hosts have a property.
        return $class::{$path[0]}()->$method(...$passed);
    }
    $owner = $objects[$line['target']['$']];
    foreach ($path as $name) {
        $owner = $owner->$name;
    }
    return $owner->$method(...$passed);
}

/** A result as plain data; what is no plain data has its readable members, its items, and a handle. */
function shown(mixed $value, bool $outermost = true): mixed
{
    global $objects;
    if (is_string($value) && !mb_check_encoding($value, 'UTF-8')) {
        return base64_encode($value);
    }
    if (is_array($value)) {
        return array_map(fn ($one) => shown($one, $outermost), $value);
    }
    if (!is_object($value)) {
        return $value;
    }
    $members = get_object_vars($value);
    preg_match_all('/@property-read\s+\S.*?\$(\w+)/', (string) (new ReflectionClass($value))->getDocComment(), $secret);
    foreach ($secret[1] as $name) {
        $members[$name] = $value->$name;
    }
    unset($members['flow']);
    $out = [];
    foreach ($members as $name => $member) {
        $out[snake($name)] = shown($member, false);
    }
    if ($value instanceof Traversable) {
        foreach ($value as $name => $member) {
            $out[$name] = shown($member, false);
        }
    }
    if ($outermost) {
        $out['$'] = 'h' . count($objects);
        $objects[$out['$']] = $value;
    }
    return $out;
}

function answer(array $line): array
{
    try {
        return ['value' => shown(call($line))];
    } catch (FerroauthException $error) {
        $class = (new ReflectionClass($error))->getShortName();
        return ['error' => ['code' => $error->errorCode(), 'class' => $class, 'oauth_error' => $error->oauthError(), 'message' => $error->getMessage()]];
    } catch (Throwable $error) {
        return ['broken' => (string) $error];
    }
}

while (($text = fgets(STDIN)) !== false) {
    $request = json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    if (isset($request['forget'])) {
        $objects = [];
    }
    $answer = isset($request['forget']) ? new stdClass() : answer($request);
    fwrite(STDOUT, json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR) . "\n");
}
