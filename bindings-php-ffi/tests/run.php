<?php

// Runs the cases against an assembled package:
//   php run.php PACKAGE_DIR [NAME_PART]
// Each file of cases/ returns sentences with closures. Prints `N passed, N failed` and exits 1 if any failed.

declare(strict_types=1);

error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    if ((error_reporting() & $level) === 0) {
        return false;
    }
    throw new ErrorException($text, 0, $level, $file, $line);
});

$package = realpath($argv[1] ?? '');
if ($package === false || !is_file("{$package}/autoload.php")) {
    fwrite(STDERR, "usage: php run.php PACKAGE_DIR [NAME_PART]\n");
    exit(2);
}
define('PACKAGE', $package);
require PACKAGE . '/autoload.php';
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Ferroauth\\Tests\\Support\\')) {
        require __DIR__ . '/support/' . substr($class, strlen('Ferroauth\\Tests\\Support\\')) . '.php';
    }
});

$passed = 0;
$failed = 0;
foreach (glob(__DIR__ . '/cases/*.php') as $file) {
    $topic = basename($file, '.php');
    if (isset($argv[2]) && !str_contains($topic, $argv[2])) {
        continue;
    }
    foreach (require $file as $sentence => $case) {
        // A case that hangs is a case that fails; a child of pcntl_fork has a clock of its own.
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, static fn () => throw new RuntimeException('took longer than 60 s'));
        pcntl_alarm(60);
        try {
            $case();
            $passed++;
        } catch (Throwable $problem) {
            $failed++;
            $where = basename($problem->getFile()) . ':' . $problem->getLine();
            echo "FAILED {$topic}: {$sentence}\n       ", get_class($problem), " {$problem->getMessage()} ({$where})\n";
        }
        pcntl_alarm(0);
    }
    echo "{$topic}: done\n";
}
echo "{$passed} passed, {$failed} failed\n";
exit($failed === 0 ? 0 : 1);
