<?php

// Prints what loading the package, installed in the working directory, cost this fresh process: the autoloader, the
// library and the first call into it.

declare(strict_types=1);

function state(): array
{
    preg_match('/VmRSS:\s+(\d+)/', (string) file_get_contents('/proc/self/status'), $found);
    $links = array_map(static fn ($path) => (string) @readlink($path), glob('/proc/self/fd/*'));
    $sockets = count(array_filter($links, static fn ($link) => str_starts_with($link, 'socket:')));
    return ['kib' => (int) $found[1], 'threads' => count(glob('/proc/self/task/*')), 'sockets' => $sockets];
}

$before = state();
$started = hrtime(true);
require getcwd() . '/vendor/autoload.php';
Ferroauth\Pkce::challenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk');
$ms = (hrtime(true) - $started) / 1e6;
$after = state();
echo json_encode([
    'ms' => $ms,
    'kib' => $after['kib'] - $before['kib'],
    'threads' => $after['threads'] - $before['threads'],
    'sockets' => $after['sockets'] - $before['sockets'],
]);
