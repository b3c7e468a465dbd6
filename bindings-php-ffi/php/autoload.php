<?php

// For programs without Composer: require this file instead of vendor/autoload.php.

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Ferroauth\\')) {
        $file = __DIR__ . '/src/' . strtr(substr($class, strlen('Ferroauth\\')), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
