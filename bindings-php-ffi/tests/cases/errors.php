<?php

// The error table in PHP: every code has its class, and every class its codes.

declare(strict_types=1);

use Ferroauth\Exception\{ExpiredTokenException, FerroauthException, KeySetException, KeySetNotLoadedException, TokenException};
use Ferroauth\Internal\{Failure, Library, Native};
use Ferroauth\Tests\Support\Check;

return [
    'every row of the table becomes its exception' => static function (): void {
        $rows = json_decode(Native::errorTable(), true);
        Check::true(count($rows) > 100, 'the table is there');
        $used = [];
        foreach ($rows as $row) {
            $exception = Failure::fromJson(json_encode($row + ['message' => $row['sentence']]));
            $class = substr(strrchr(get_class($exception), '\\'), 1);
            Check::same(substr($row['class'], 0, -5) . 'Exception', $class);
            Check::same([$row['code'], $row['category'], $row['number'], $row['number'], $row['status'], $row['retryable'], $row['sentence'], []], [
                $exception->errorCode(), $exception->category(), $exception->number(), $exception->getCode(), $exception->httpStatus(), $exception->isRetryable(),
                $exception->getMessage(), $exception->explain(),
            ]);
            Check::true($exception instanceof FerroauthException && $exception instanceof RuntimeException, 'the base');
            $used[$class] = true;
        }
        foreach (glob(PACKAGE . '/src/Exception/*.php') as $file) {
            $class = basename($file, '.php');
            Check::true(isset($used[$class]) || in_array($class, ['FerroauthException', 'FerroauthError'], true), "{$class} is used");
        }
        Check::true(is_subclass_of(ExpiredTokenException::class, TokenException::class), 'expired is a token error');
        Check::true(is_subclass_of(KeySetNotLoadedException::class, KeySetException::class), 'not loaded is a key set error');
    },
    'a report that cannot be read is a panic' => static function (): void {
        foreach (['', '[]', '{"class":7}', 'x'] as $report) {
            Check::same('internal', explode('.', Failure::fromJson($report)->errorCode())[0]);
        }
        // What never reached the library has the rows of the table, too.
        $rows = array_column(json_decode(Native::errorTable(), true), null, 'code');
        foreach ([Failure::argument('x'), Failure::configuration('x'), Failure::callback('x'), Failure::pending('x')] as $made) {
            ['category' => $category, 'number' => $number, 'status' => $status] = $rows[$made->errorCode()];
            Check::same([$category, $number, $status], [$made->category(), $made->number(), $made->httpStatus()]);
        }
    },
    'library and PHP files belong together' => static function (): void {
        Check::same([], Native::mismatches(Library::path()));
        $composer = json_decode((string) file_get_contents(PACKAGE . '/composer.json'), true);
        Check::same(Native::VERSION, $composer['version']);
    },
];
