<?php

// The PHP adapter of the shared suite: runs every vector and scenario through the installed package.
//
//     FERROAUTH_INSTALLED=DIR php run.php [--list] [FILTER]
//
// DIR is a project that requires ferroauth/ferroauth. Prints one line per case and `N passed, N failed`. The adapters
// of Rust, Python and Node have the same shape. With FERROAUTH_CASES, a folder, the cases in it are run instead of the
// suite's: those of the outside judges.

declare(strict_types=1);

use Ferroauth\Exception\FerroauthException;

$installed = getenv('FERROAUTH_INSTALLED');
if ($installed === false || $installed === '') {
    fwrite(STDERR, "FERROAUTH_INSTALLED must name the project in which ferroauth is installed\n");
    exit(2);
}
require "{$installed}/vendor/autoload.php";
require __DIR__ . '/objects.php';
require __DIR__ . '/forms.php';
require __DIR__ . '/jws.php';
require __DIR__ . '/encryption.php';
require __DIR__ . '/edges.php';
require __DIR__ . '/vectors.php';
require __DIR__ . '/scenarios.php';
require __DIR__ . '/sessions.php';

const TESTS = __DIR__ . '/../..';
define('OTHERS', (string) getenv('FERROAUTH_CASES'));
// The category has no getter in PHP: the class stands for it.
const GETTERS = ['number' => 'number', 'status' => 'httpStatus', 'retryable' => 'isRetryable'];
const MEMBERS = ['oauth_error' => 'oauthError', 'oauth_error_description' => 'oauthErrorDescription', 'retry_after' => 'retryAfter'];

/** The cases of every file of a folder, in the order of the files' names. Objects stay objects. */
function load(string $folder): array
{
    $cases = [];
    foreach (glob((OTHERS ?: TESTS . "/{$folder}") . '/*.json') as $file) {
        array_push($cases, ...(json_decode(file_get_contents($file), flags: JSON_THROW_ON_ERROR)->cases ?? []));
    }

    return $cases;
}

/** Whether $found, which PHP knows as arrays, has everything that $wanted has; lists must be equal in length. */
function covers(mixed $wanted, mixed $found): bool
{
    if ($wanted instanceof stdClass) {
        $wanted = get_object_vars($wanted);
        foreach ($wanted as $name => $value) {
            if (!is_array($found) || !array_key_exists($name, $found) || !covers($value, $found[$name])) {
                return false;
            }
        }

        return is_array($found);
    }
    if (is_array($wanted)) {
        return is_array($found) && array_is_list($found) && count($wanted) === count($found)
            && array_reduce(array_keys($wanted), static fn (bool $all, int $i): bool => $all && covers($wanted[$i], $found[$i]), true);
    }

    return $wanted === $found;
}

/** The exception class of a row, without its namespace. */
function class_of_row(array $row): string
{
    return preg_replace('/Error$/', 'Exception', $row['class']);
}

/** Compares an exception with the expected code and with its row of the error table. */
function error_difference(FerroauthException $error, stdClass $expect, array $rows): ?string
{
    $row = $rows[$error->errorCode()] ?? null;
    if ($row === null) {
        return "{$error->errorCode()}, which is not in errors.json";
    }
    $wrong = array_keys(array_filter(GETTERS, static fn ($getter, $name) => $row[$name] !== $error->$getter(), ARRAY_FILTER_USE_BOTH));
    if ((new ReflectionClass($error))->getShortName() !== class_of_row($row)) {
        $wrong[] = $error::class;
    }
    foreach ((array) ($expect->members ?? []) as $name => $value) {
        if ($error->{MEMBERS[$name]}() !== $value) {
            $wrong[] = $name;
        }
    }
    $differs = $wrong !== [] || !in_array($expect->error ?? null, [$error->errorCode(), 'any'], true);

    return $differs ? "{$error->errorCode()} " . implode(' ', $wrong) . " ({$error->getMessage()})" : null;
}

/** What an operation came to, where that is not what is expected; else null. */
function difference(stdClass $expect, Closure $operation, array $rows): ?string
{
    try {
        $value = $operation();
    } catch (FerroauthException $error) {
        return error_difference($error, $expect, $rows);
    } catch (ArgumentCountError $error) {
        // The language itself refuses the call.
        return ($expect->or ?? '') === 'missing argument' ? null : $error->getMessage();
    }
    $same = property_exists($expect, 'ok') && covers($expect->ok, $value);

    return $same ? null : substr((string) json_encode($value, JSON_PARTIAL_OUTPUT_ON_ERROR), 0, 300);
}

/** Checks the class of one row of the error table. */
function error_class(array $row): ?string
{
    $parents = ['ExpiredTokenError' => 'TokenException', 'KeySetNotLoadedError' => 'KeySetException'];
    $parent = $parents[$row['class']] ?? 'FerroauthException';
    $fits = is_subclass_of('Ferroauth\\Exception\\' . class_of_row($row), "Ferroauth\\Exception\\{$parent}");

    return $fits ? null : 'no exception ' . class_of_row($row) . " below {$parent}";
}

/** Every id with the check that belongs to it. */
function cases(): Generator
{
    $table = json_decode(file_get_contents(TESTS . '/vectors/errors.json'), true)['rows'];
    $rows = array_column($table, null, 'code');
    if (OTHERS === '') {
        $own = json_decode(Ferroauth\Internal\Native::errorTable(), true);
        yield 'errors-the-whole-table' => static fn () => $own == $table ? null : 'another table';
        foreach ($table as $row) {
            yield "errors-{$row['code']}" => static fn () => error_class($row);
        }
    }
    foreach (load('vectors') as $case) {
        $run = OPERATIONS[$case->operation] ?? null;
        yield $case->id => static fn () => $run === null
            ? "an unknown operation {$case->operation}"
            : difference($case->expect, static fn () => $run($case->given), $rows);
    }
    foreach (OTHERS === '' ? load('scenarios') : [] as $case) {
        yield $case->id => static fn () => play($case, static fn ($expect, $run) => difference($expect, $run, $rows));
    }
}

function main(array $words): int
{
    $wanted = current(array_filter($words, static fn (string $word): bool => !str_starts_with($word, '-'))) ?: '';
    $passed = $failed = 0;
    foreach (cases() as $id => $check) {
        if (in_array('--list', $words, true)) {
            echo "{$id}\n";
            continue;
        }
        if (!str_contains($id, $wanted)) {
            continue;
        }
        try {
            $wrong = $check();
        } catch (Throwable $error) {
            $wrong = $error::class . ": {$error->getMessage()} in {$error->getFile()}:{$error->getLine()}";
        }
        $wrong === null ? ++$passed : ++$failed;
        echo $wrong === null ? "ok {$id}\n" : "not ok {$id} got {$wrong}\n";
    }
    if (in_array('--list', $words, true)) {
        return 0;
    }
    echo "{$passed} passed, {$failed} failed\n";

    return $passed > 0 && $failed === 0 ? 0 : 1;
}

exit(main(array_slice($argv, 1)));
