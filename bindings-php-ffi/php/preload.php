<?php

// For opcache.preload: loads every class of the package, so that the FFI calls in it are allowed where
// ffi.enable is "preload", and so that all classes belong to one version until the service restarts.

declare(strict_types=1);

(static function (): void {
    require_once __DIR__ . '/autoload.php';
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src', FilesystemIterator::SKIP_DOTS));
    foreach ($files as $file) {
        $class = 'Ferroauth\\' . strtr(substr($file->getPathname(), strlen(__DIR__ . '/src/'), -strlen('.php')), '/', '\\');
        // class_exists() loads parents and interfaces first, whatever the order of the files.
        class_exists($class) || interface_exists($class);
    }
})();
