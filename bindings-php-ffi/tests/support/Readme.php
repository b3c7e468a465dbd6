<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

use PhpToken;
use ReflectionClass;
use ReflectionMethod;

/** The programs of the README, and whether what they name exists. */
final class Readme
{
    /** @var array<string, list<ReflectionMethod>> methods by name, of all classes of the package */
    private array $methods = [];

    /** @var array<string, true> */
    private array $properties = [];

    /** @param list<class-string> $classes */
    public function __construct(array $classes)
    {
        foreach ($classes as $class) {
            $reflection = new ReflectionClass($class);
            foreach ($reflection->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
                $this->methods[$method->name][] = $method;
            }
            foreach ($reflection->getProperties() as $property) {
                if ($property->isPublic()) {
                    $this->properties[$property->name] = true;
                }
            }
            // What a class gives out by __get is in its documentation.
            preg_match_all('/@property(?:-read)?\s.*?\$(\w+)/', (string) $reflection->getDocComment(), $documented);
            $this->properties += array_fill_keys($documented[1], true);
        }
    }

    /** @return list<array{line: int, mark: string, text: string}> each fenced program */
    public static function programs(): array
    {
        $page = (string) file_get_contents(PACKAGE . '/README.md');
        preg_match_all('/```php([^\n]*)\n(.*?)```/s', $page, $found, PREG_SET_ORDER | PREG_OFFSET_CAPTURE);

        return array_map(static fn (array $program): array => [
            'line' => substr_count($page, "\n", 0, $program[0][1]) + 2,
            'mark' => trim($program[1][0]),
            'text' => $program[2][0],
        ], $found);
    }

    /** @return list<string> names in a program that no class of the package has: classes, methods, their arguments, properties */
    public function unknown(string $program): array
    {
        $tokens = array_values(array_filter(
            PhpToken::tokenize("<?php\n{$program}"),
            static fn (PhpToken $token): bool => !$token->is([T_WHITESPACE, T_COMMENT, T_OPEN_TAG]),
        ));
        $unknown = [];
        // The calls that are open: whose they are, or null for what is no method of the package.
        $calls = [];
        foreach ($tokens as $at => $token) {
            [$before, $after] = [$tokens[$at - 1] ?? null, $tokens[$at + 1] ?? null];
            if ($token->text === '(') {
                $calls[] = $this->called($tokens, $at);
            } elseif ($token->text === ')') {
                array_pop($calls);
            } elseif (!$token->is(T_STRING)) {
                continue;
            } elseif ($before?->is([T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR])) {
                $known = $after?->text === '(' ? isset($this->methods[$token->text]) : isset($this->properties[$token->text]);
                // What the site's own objects have is its own business.
                if (!$known && !in_array($tokens[$at - 2]->text, ['$store', '$metrics'], true)) {
                    $unknown[] = "->{$token->text}";
                }
            } elseif ($before?->is([T_NEW, T_INSTANCEOF]) || $after?->is(T_DOUBLE_COLON)) {
                if (!class_exists("Ferroauth\\{$token->text}")) {
                    $unknown[] = $token->text;
                } elseif ($after?->is(T_DOUBLE_COLON) && !method_exists("Ferroauth\\{$token->text}", $tokens[$at + 2]->text)) {
                    $unknown[] = "{$token->text}::{$tokens[$at + 2]->text}";
                }
            } elseif ($after?->text === ':' && in_array($before?->text, ['(', ','], true)) {
                $methods = end($calls) ?: [];
                $names = array_merge(...array_map(static fn (ReflectionMethod $method): array => $method->getParameters(), $methods));
                $options = array_filter($methods, static fn (ReflectionMethod $method): bool => $method->isVariadic());
                if ($options === [] && !in_array($token->text, array_map(static fn (\ReflectionParameter $it): string => $it->name, $names), true)) {
                    $unknown[] = "{$token->text}:";
                }
            }
        }

        return $unknown;
    }

    /**
     * @param list<PhpToken> $tokens
     *
     * @return list<ReflectionMethod> what may be called by the parenthesis at a place
     */
    private function called(array $tokens, int $at): array
    {
        $name = $tokens[$at - 1] ?? null;
        if (!$name?->is(T_STRING)) {
            return [];
        }
        $before = $tokens[$at - 2] ?? null;
        if ($before?->is(T_NEW)) {
            $class = "Ferroauth\\{$name->text}";

            return class_exists($class) ? [new ReflectionMethod($class, '__construct')] : [];
        }
        if ($before?->is(T_DOUBLE_COLON)) {
            $class = "Ferroauth\\{$tokens[$at - 3]->text}";

            return method_exists($class, $name->text) ? [new ReflectionMethod($class, $name->text)] : [];
        }

        return $before?->is([T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR]) ? $this->methods[$name->text] ?? [] : [];
    }
}
