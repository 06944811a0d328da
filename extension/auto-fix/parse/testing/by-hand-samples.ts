// Programs that were not at hand when this was written: samples made by hand, in the form their documentation gives.
import type { Sample } from './sample';

export const samplesByHand: readonly Sample[] = [
  {
    tool: 'go build and vet',
    output: `# example.com/shop/cart
cart/cart.go:7:2: undefined: total
cart/cart.go:12:15: cannot use "x" (untyped string constant) as int value in return statement
# example.com/shop
vet: ./main.go:9:6: declared and not used: left
./util.go:3: missing return`,
    problems: [
      { file: 'cart/cart.go', line: 7, column: 2, severity: 'error', code: null, message: 'undefined: total', source: 'go' },
      { file: 'cart/cart.go', line: 12, column: 15, severity: 'error', code: null, message: 'cannot use "x" (untyped string constant) as int value in return statement', source: 'go' },
      { file: './main.go', line: 9, column: 6, severity: 'error', code: null, message: 'declared and not used: left', source: 'go' },
      { file: './util.go', line: 3, column: null, severity: 'error', code: null, message: 'missing return', source: 'go' },
    ],
  },
  {
    tool: 'go test',
    output: `--- FAIL: TestTotal (0.00s)
    cart_test.go:9: got 3, want 4
    --- FAIL: TestTotal/empty (0.00s)
        cart_test.go:14: got 1, want 0
FAIL
FAIL	example.com/shop/cart	0.003s
ok  	example.com/shop	0.002s
FAIL`,
    problems: [
      { file: 'cart_test.go', line: 9, column: null, severity: 'error', code: null, message: 'TestTotal: got 3, want 4', source: 'go' },
      { file: 'cart_test.go', line: 14, column: null, severity: 'error', code: null, message: 'TestTotal/empty: got 1, want 0', source: 'go' },
    ],
  },
  {
    tool: 'go test that panics',
    output: `panic: runtime error: index out of range [3] with length 2

goroutine 6 [running]:
testing.tRunner.func1.2({0x51d4a0, 0xc00001c0a8})
	/usr/local/go/src/testing/testing.go:1545 +0x238
example.com/shop/cart.Last(...)
	/project/cart/cart.go:21
example.com/shop/cart.TestLast(0xc0000a4820)
	/project/cart/cart_test.go:30 +0x1d`,
    problems: [
      { file: '/project/cart/cart.go', line: 21, column: null, severity: 'error', code: null, message: 'panic: runtime error: index out of range [3] with length 2', source: 'go' },
    ],
  },
  {
    tool: 'rust before 1.73, a panic',
    output: `thread 'tests::adds' panicked at 'assertion failed: add(1, 2) == 4', src/lib.rs:9:9
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    problems: [
      { file: 'src/lib.rs', line: 9, column: 9, severity: 'error', code: null, message: 'tests::adds panicked: assertion failed: add(1, 2) == 4', source: 'rust' },
    ],
  },
  {
    tool: 'php -l',
    output: `PHP Parse error:  syntax error, unexpected token "}", expecting "," or ";" in src/Cart.php on line 12
Errors parsing src/Cart.php`,
    problems: [
      { file: 'src/Cart.php', line: 12, column: null, severity: 'error', code: null, message: 'Parse error: syntax error, unexpected token "}", expecting "," or ";"', source: 'php' },
    ],
  },
  {
    tool: 'dotnet build',
    output: `  Determining projects to restore...
/project/Shop/Cart.cs(14,20): error CS0029: Cannot implicitly convert type 'string' to 'int' [/project/Shop/Shop.csproj]
/project/Shop/Cart.cs(9,13): warning CS0168: The variable 'e' is declared but never used [/project/Shop/Shop.csproj]

Build FAILED.

/project/Shop/Cart.cs(14,20): error CS0029: Cannot implicitly convert type 'string' to 'int' [/project/Shop/Shop.csproj]
    1 Warning(s)
    1 Error(s)`,
    problems: [
      { file: '/project/Shop/Cart.cs', line: 14, column: 20, severity: 'error', code: 'CS0029', message: "Cannot implicitly convert type 'string' to 'int'", source: 'msbuild' },
    ],
  },
  {
    tool: 'the C++ compiler of Visual Studio',
    output: `main.cpp
C:\\shop\\src\\main.cpp(3): error C2065: 'total': undeclared identifier
C:\\shop\\src\\main.cpp(5,12): fatal error C1083: Cannot open include file: 'gone.h': No such file or directory`,
    problems: [
      { file: 'C:\\shop\\src\\main.cpp', line: 3, column: null, severity: 'error', code: 'C2065', message: "'total': undeclared identifier", source: 'msbuild' },
      { file: 'C:\\shop\\src\\main.cpp', line: 5, column: 12, severity: 'error', code: 'C1083', message: "Cannot open include file: 'gone.h': No such file or directory", source: 'msbuild' },
    ],
  },
  {
    tool: 'Maven',
    output: `[INFO] -------------------------------------------------------------
[ERROR] COMPILATION ERROR :
[INFO] -------------------------------------------------------------
[ERROR] /project/src/main/java/p/A.java:[3,20] incompatible types: java.lang.String cannot be converted to int
[INFO] 1 error
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.13.0:compile (default-compile) on project a: Compilation failure
[ERROR] /project/src/main/java/p/A.java:[3,20] incompatible types: java.lang.String cannot be converted to int`,
    problems: [
      { file: '/project/src/main/java/p/A.java', line: 3, column: 20, severity: 'error', code: null, message: 'incompatible types: java.lang.String cannot be converted to int', source: 'java' },
    ],
  },
  {
    tool: 'Gradle with Kotlin and Java',
    output: `> Task :compileKotlin FAILED
e: file:///project/src/main/kotlin/Cart.kt:4:16 Type mismatch: inferred type is String but Int was expected
e: /project/src/main/kotlin/Old.kt: (7, 3): Unresolved reference: total
/project/src/main/java/p/A.java:4: error: ';' expected
    int a = 1
             ^
1 error

FAILURE: Build failed with an exception.`,
    problems: [
      { file: '/project/src/main/kotlin/Cart.kt', line: 4, column: 16, severity: 'error', code: null, message: 'Type mismatch: inferred type is String but Int was expected', source: 'java' },
      { file: '/project/src/main/kotlin/Old.kt', line: 7, column: 3, severity: 'error', code: null, message: 'Unresolved reference: total', source: 'java' },
      { file: '/project/src/main/java/p/A.java', line: 4, column: 14, severity: 'error', code: null, message: "';' expected", source: 'java' },
    ],
  },
  {
    tool: 'swift build',
    output: `[1/2] Compiling Shop Cart.swift
/project/Sources/Shop/Cart.swift:3:18: error: cannot convert value of type 'String' to specified type 'Int'
let total: Int = "x"
                 ^~~
error: fatalError`,
    problems: [
      { file: '/project/Sources/Shop/Cart.swift', line: 3, column: 18, severity: 'error', code: null, message: "cannot convert value of type 'String' to specified type 'Int'", source: 'compiler' },
    ],
  },
  {
    tool: 'clang',
    output: `src/main.c:3:10: error: use of undeclared identifier 'total'
  return total;
         ^
src/main.c:8:7: error: unused variable 'left' [-Werror,-Wunused-variable]
1 error generated.`,
    problems: [
      { file: 'src/main.c', line: 3, column: 10, severity: 'error', code: null, message: "use of undeclared identifier 'total'", source: 'compiler' },
      { file: 'src/main.c', line: 8, column: 7, severity: 'error', code: '-Wunused-variable', message: "unused variable 'left'", source: 'compiler' },
    ],
  },
  {
    tool: 'ESLint, unix',
    output: `/project/src/x.js:2:7: Expected '===' and instead saw '=='. [Error/eqeqeq]
/project/src/x.js:1:5: 'a' is never reassigned. Use 'const' instead. [Warning/prefer-const]

2 problems`,
    problems: [
      { file: '/project/src/x.js', line: 2, column: 7, severity: 'error', code: 'eqeqeq', message: "Expected '===' and instead saw '=='.", source: 'eslint' },
    ],
  },
  {
    tool: 'webpack 5',
    output: `ERROR in ./src/a.ts 3:5-10
Module not found: Error: Can't resolve './gone' in '/project/src'

ERROR in src/b.ts:4:7
TS2322: Type 'string' is not assignable to type 'number'.

webpack 5.99.9 compiled with 2 errors in 812 ms`,
    problems: [
      { file: './src/a.ts', line: 3, column: 5, severity: 'error', code: null, message: "Module not found: Error: Can't resolve './gone' in '/project/src'", source: 'bundler' },
      { file: 'src/b.ts', line: 4, column: 7, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'bundler' },
    ],
  },
  {
    tool: 'next build',
    output: `   Linting and checking validity of types ...
Failed to compile.

./app/page.tsx:3:7
Type error: Type 'string' is not assignable to type 'number'.`,
    problems: [
      { file: './app/page.tsx', line: 3, column: 7, severity: 'error', code: null, message: "Type 'string' is not assignable to type 'number'.", source: 'bundler' },
    ],
  },
  {
    tool: 'tsc on Windows',
    output: 'src\\cart.ts(3,7): error TS2322: Type \'string\' is not assignable to type \'number\'.\r\nC:\\shop\\src\\b.ts(1,1): error TS2304: Cannot find name \'x\'.\r\n',
    problems: [
      { file: 'src\\cart.ts', line: 3, column: 7, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'C:\\shop\\src\\b.ts', line: 1, column: 1, severity: 'error', code: 'TS2304', message: "Cannot find name 'x'.", source: 'typescript' },
    ],
  },
  {
    tool: 'gcc and Python on Windows',
    output: `C:\\shop\\src\\main.c:3:10: error: 'total' undeclared (first use in this function)
  File "C:\\shop\\app.py", line 4
    def f(:
          ^
SyntaxError: invalid syntax`,
    problems: [
      { file: 'C:\\shop\\src\\main.c', line: 3, column: 10, severity: 'error', code: null, message: "'total' undeclared (first use in this function)", source: 'compiler' },
      { file: 'C:\\shop\\app.py', line: 4, column: null, severity: 'error', code: 'SyntaxError', message: 'invalid syntax', source: 'python' },
    ],
  },
  {
    tool: 'a linter nobody knows',
    output: `Checking 3 files
docs/guide.md:12:3: line is too long (130 > 120)
config/app.yaml:4: error: unknown key "colour"
12:30:01 started
http://localhost:3000/ is up`,
    problems: [
      { file: 'docs/guide.md', line: 12, column: 3, severity: 'error', code: null, message: 'line is too long (130 > 120)', source: 'output' },
      { file: 'config/app.yaml', line: 4, column: null, severity: 'error', code: null, message: 'unknown key "colour"', source: 'compiler' },
    ],
  },
];
