// What cargo, gcc, make and cmake print. Recorded from the programs; folders read /project.
import type { Sample } from './sample';

export const nativeSamples: readonly Sample[] = [
  {
    tool: 'cargo 1.95 check',
    output: `    Checking rs v0.1.0 (/project)
error[E0425]: cannot find value \`nope\` in this scope
 --> src/main.rs:6:20
  |
6 |     println!("{}", nope);
  |                    ^^^^ not found in this scope

error[E0308]: mismatched types
 --> src/util.rs:1:31
  |
1 | pub fn go(a: i32) -> String { a }
  |                      ------   ^ expected \`String\`, found \`i32\`
  |                      |
  |                      expected \`String\` because of return type
  |
help: try using a conversion method
  |
1 | pub fn go(a: i32) -> String { a.to_string() }
  |                                ++++++++++++

error[E0308]: mismatched types
 --> src/main.rs:3:18
  |
3 |     let x: i32 = "a";
  |            ---   ^^^ expected \`i32\`, found \`&str\`
  |            |
  |            expected due to this

error[E0061]: this function takes 1 argument but 2 arguments were supplied
 --> src/main.rs:5:5
  |
5 |     util::go(x, 2);
  |     ^^^^^^^^    - unexpected argument #2 of type \`{integer}\`
  |
note: function defined here
 --> src/util.rs:1:8
  |
1 | pub fn go(a: i32) -> String { a }
  |        ^^
help: remove the extra argument
  |
5 -     util::go(x, 2);
5 +     util::go(x);
  |

Some errors have detailed explanations: E0061, E0308, E0425.
For more information about an error, try \`rustc --explain E0061\`.
error: could not compile \`rs\` (bin "rs") due to 4 previous errors`,
    problems: [
      { file: 'src/main.rs', line: 6, column: 20, severity: 'error', code: 'E0425', message: 'cannot find value `nope` in this scope: not found in this scope', source: 'rust' },
      { file: 'src/util.rs', line: 1, column: 31, severity: 'error', code: 'E0308', message: 'mismatched types: expected `String`, found `i32`', source: 'rust' },
      { file: 'src/main.rs', line: 3, column: 18, severity: 'error', code: 'E0308', message: 'mismatched types: expected `i32`, found `&str`', source: 'rust' },
      { file: 'src/main.rs', line: 5, column: 5, severity: 'error', code: 'E0061', message: 'this function takes 1 argument but 2 arguments were supplied', source: 'rust' },
    ],
  },
  {
    tool: 'cargo 1.95 check, short',
    output: `    Checking rs v0.1.0 (/project)
src/main.rs:6:20: error[E0425]: cannot find value \`nope\` in this scope: not found in this scope
src/util.rs:1:31: error[E0308]: mismatched types: expected \`String\`, found \`i32\`
src/main.rs:3:18: error[E0308]: mismatched types: expected \`i32\`, found \`&str\`
src/main.rs:5:5: error[E0061]: this function takes 1 argument but 2 arguments were supplied
error: could not compile \`rs\` (bin "rs") due to 4 previous errors`,
    problems: [
      { file: 'src/main.rs', line: 6, column: 20, severity: 'error', code: 'E0425', message: 'cannot find value `nope` in this scope: not found in this scope', source: 'rust' },
      { file: 'src/util.rs', line: 1, column: 31, severity: 'error', code: 'E0308', message: 'mismatched types: expected `String`, found `i32`', source: 'rust' },
      { file: 'src/main.rs', line: 3, column: 18, severity: 'error', code: 'E0308', message: 'mismatched types: expected `i32`, found `&str`', source: 'rust' },
      { file: 'src/main.rs', line: 5, column: 5, severity: 'error', code: 'E0061', message: 'this function takes 1 argument but 2 arguments were supplied', source: 'rust' },
    ],
  },
  {
    tool: 'cargo 1.95 check, json',
    output: `{"reason":"compiler-message","package_id":"path+file:///project#rs@0.1.0","manifest_path":"/project/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"rs","src_path":"/project/src/main.rs","edition":"2021","doc":true,"doctest":false,"test":true},"message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"error","message":"cannot find value \`nope\` in this scope","spans":[{"byte_end":107,"byte_start":103,"column_end":24,"column_start":20,"expansion":null,"file_name":"src/main.rs","is_primary":true,"label":"not found in this scope","line_end":6,"line_start":6,"suggested_replacement":null,"suggestion_applicability":null,"text":[]}],"code":{"code":"E0425","explanation":null}}}
{"reason":"compiler-message","package_id":"path+file:///project#rs@0.1.0","manifest_path":"/project/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"rs","src_path":"/project/src/main.rs","edition":"2021","doc":true,"doctest":false,"test":true},"message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"error","message":"mismatched types","spans":[{"byte_end":31,"byte_start":30,"column_end":32,"column_start":31,"expansion":null,"file_name":"src/util.rs","is_primary":true,"label":"expected \`String\`, found \`i32\`","line_end":1,"line_start":1,"suggested_replacement":null,"suggestion_applicability":null,"text":[]},{"byte_end":27,"byte_start":21,"column_end":28,"column_start":22,"expansion":null,"file_name":"src/util.rs","is_primary":false,"label":"expected \`String\` because of return type","line_end":1,"line_start":1,"suggested_replacement":null,"suggestion_applicability":null,"text":[]}],"code":{"code":"E0308","explanation":null}}}
{"reason":"compiler-message","package_id":"path+file:///project#rs@0.1.0","manifest_path":"/project/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"rs","src_path":"/project/src/main.rs","edition":"2021","doc":true,"doctest":false,"test":true},"message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"error","message":"mismatched types","spans":[{"byte_end":42,"byte_start":39,"column_end":21,"column_start":18,"expansion":null,"file_name":"src/main.rs","is_primary":true,"label":"expected \`i32\`, found \`&str\`","line_end":3,"line_start":3,"suggested_replacement":null,"suggestion_applicability":null,"text":[]},{"byte_end":36,"byte_start":33,"column_end":15,"column_start":12,"expansion":null,"file_name":"src/main.rs","is_primary":false,"label":"expected due to this","line_end":3,"line_start":3,"suggested_replacement":null,"suggestion_applicability":null,"text":[]}],"code":{"code":"E0308","explanation":null}}}
{"reason":"compiler-message","package_id":"path+file:///project#rs@0.1.0","manifest_path":"/project/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"rs","src_path":"/project/src/main.rs","edition":"2021","doc":true,"doctest":false,"test":true},"message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"error","message":"this function takes 1 argument but 2 arguments were supplied","spans":[{"byte_end":81,"byte_start":80,"column_end":18,"column_start":17,"expansion":null,"file_name":"src/main.rs","is_primary":false,"label":"unexpected argument #2 of type \`{integer}\`","line_end":5,"line_start":5,"suggested_replacement":null,"suggestion_applicability":null,"text":[]},{"byte_end":76,"byte_start":68,"column_end":13,"column_start":5,"expansion":null,"file_name":"src/main.rs","is_primary":true,"label":null,"line_end":5,"line_start":5,"suggested_replacement":null,"suggestion_applicability":null,"text":[]}],"code":{"code":"E0061","explanation":null}}}
{"reason":"compiler-message","package_id":"path+file:///project#rs@0.1.0","manifest_path":"/project/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"rs","src_path":"/project/src/main.rs","edition":"2021","doc":true,"doctest":false,"test":true},"message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"failure-note","message":"Some errors have detailed explanations: E0061, E0308, E0425.","spans":[],"code":null}}
{"reason":"compiler-message","package_id":"path+file:///project#rs@0.1.0","manifest_path":"/project/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"rs","src_path":"/project/src/main.rs","edition":"2021","doc":true,"doctest":false,"test":true},"message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"failure-note","message":"For more information about an error, try \`rustc --explain E0061\`.","spans":[],"code":null}}
{"reason":"build-finished","success":false}`,
    problems: [
      { file: 'src/main.rs', line: 6, column: 20, severity: 'error', code: 'E0425', message: 'cannot find value `nope` in this scope: not found in this scope', source: 'rust' },
      { file: 'src/util.rs', line: 1, column: 31, severity: 'error', code: 'E0308', message: 'mismatched types: expected `String`, found `i32`', source: 'rust' },
      { file: 'src/main.rs', line: 3, column: 18, severity: 'error', code: 'E0308', message: 'mismatched types: expected `i32`, found `&str`', source: 'rust' },
      { file: 'src/main.rs', line: 5, column: 5, severity: 'error', code: 'E0061', message: 'this function takes 1 argument but 2 arguments were supplied', source: 'rust' },
    ],
  },
  {
    tool: 'cargo 1.95 test',
    output: `   Compiling rs v0.1.0 (/project)
warning: unused variable: \`unused\`
 --> src/main.rs:2:9
  |
2 |     let unused = 1;
  |         ^^^^^^ help: if this is intentional, prefix it with an underscore: \`_unused\`
  |
  = note: \`#[warn(unused_variables)]\` (part of \`#[warn(unused)]\`) on by default

warning: \`rs\` (bin "rs" test) generated 1 warning (run \`cargo fix --bin "rs" -p rs --tests\` to apply 1 suggestion)
    Finished \`test\` profile [unoptimized + debuginfo] target(s) in 0.50s
     Running unittests src/main.rs (target/debug/deps/rs-154238ccfbe20b37)

running 1 test
test adds ... FAILED

failures:

---- adds stdout ----

thread 'adds' (22466) panicked at src/main.rs:6:5:
assertion \`left == right\` failed
  left: 1
 right: 2
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace


failures:
    adds

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass \`--bin rs\``,
    problems: [
      { file: 'src/main.rs', line: 6, column: 5, severity: 'error', code: null, message: 'adds panicked: assertion `left == right` failed\n  left: 1\n right: 2', source: 'rust' },
    ],
  },
  {
    tool: 'cargo 1.95 check, a syntax error',
    output: `    Checking rs v0.1.0 (/project)
error: this file contains an unclosed delimiter
 --> src/main.rs:1:12
  |
1 | fn main( {
  |        - -^
  |        | |
  |        | unclosed delimiter
  |        unclosed delimiter

error: could not compile \`rs\` (bin "rs") due to 1 previous error`,
    problems: [
      { file: 'src/main.rs', line: 1, column: 12, severity: 'error', code: null, message: 'this file contains an unclosed delimiter', source: 'rust' },
    ],
  },
  {
    tool: 'gcc 12 under make 4.3 -k',
    output: `cc -Wall -Iinclude -c -o src/main.o src/main.c
src/main.c: In function ‘main’:
src/main.c:2:18: warning: implicit declaration of function ‘missing’ [-Wimplicit-function-declaration]
    2 | int main(void) { missing(); return u("x") }
      |                  ^~~~~~~
src/main.c:2:38: warning: passing argument 1 of ‘u’ makes integer from pointer without a cast [-Wint-conversion]
    2 | int main(void) { missing(); return u("x") }
      |                                      ^~~
      |                                      |
      |                                      char *
In file included from src/main.c:1:
include/u.h:1:7: note: expected ‘int’ but argument is of type ‘char *’
    1 | int u(int);
      |       ^~~
src/main.c:2:42: error: expected ‘;’ before ‘}’ token
    2 | int main(void) { missing(); return u("x") }
      |                                          ^~
      |                                          ;
make: *** [Makefile:5: src/main.o] Error 1
cc -Wall -Iinclude -c -o src/lib/u.o src/lib/u.c
src/lib/u.c:1:10: fatal error: gone.h: No such file or directory
    1 | #include "gone.h"
      |          ^~~~~~~~
compilation terminated.
make: *** [Makefile:5: src/lib/u.o] Error 1
make: Target 'all' not remade because of errors.`,
    problems: [
      { file: 'src/main.c', line: 2, column: 42, severity: 'error', code: null, message: 'expected ‘;’ before ‘}’ token', source: 'compiler' },
      { file: 'src/lib/u.c', line: 1, column: 10, severity: 'error', code: null, message: 'gone.h: No such file or directory', source: 'compiler' },
    ],
  },
  {
    tool: 'the linker under make',
    output: `cc -Wall -Iinclude -c -o src/main.o src/main.c
cc -Wall -Iinclude -c -o src/lib/u.o src/lib/u.c
cc -o app src/main.o src/lib/u.o
/usr/bin/ld: src/main.o: in function \`main':
main.c:(.text+0xa): undefined reference to \`missing'
collect2: error: ld returned 1 exit status
make: *** [Makefile:3: app] Error 1
make: Target 'all' not remade because of errors.`,
    problems: [
      { file: 'src/main.c', line: null, column: null, severity: 'error', code: null, message: "undefined reference to `missing'", source: 'compiler' },
    ],
  },
  {
    tool: 'make, a broken makefile',
    output: `bad.mk:2: *** missing separator.  Stop.`,
    problems: [
      { file: 'bad.mk', line: 2, column: null, severity: 'error', code: null, message: 'missing separator', source: 'compiler' },
    ],
  },
  {
    tool: 'make in a folder below',
    output: `make -C sub
make[1]: Entering directory '/project/sub'
gcc -c x.c
x.c:1:14: error: expected expression before ‘;’ token
    1 | int x = "a" +;
      |              ^
make[1]: *** [Makefile:2: all] Error 1
make[1]: Leaving directory '/project/sub'
make: *** [rec.mk:2: all] Error 2`,
    problems: [
      { base: '/project/sub', file: 'x.c', line: 1, column: 14, severity: 'error', code: null, message: 'expected expression before ‘;’ token', source: 'compiler' },
    ],
  },
  {
    tool: 'g++ 12, a template',
    output: `t.cpp: In function ‘int main()’:
t.cpp:3:36: error: ‘class std::vector<int>’ has no member named ‘push_bak’; did you mean ‘push_back’?
    3 | int main() { std::vector<int> v; v.push_bak(1); return f(1); }
      |                                    ^~~~~~~~
      |                                    push_back
t.cpp: In instantiation of ‘T f(T) [with T = int]’:
t.cpp:3:57:   required from here
t.cpp:2:39: error: request for member ‘nope’ in ‘a’, which is of non-class type ‘int’
    2 | template<class T> T f(T a) { return a.nope(); }
      |                                     ~~^~~~`,
    problems: [
      { file: 't.cpp', line: 3, column: 36, severity: 'error', code: null, message: '‘class std::vector<int>’ has no member named ‘push_bak’; did you mean ‘push_back’?', source: 'compiler' },
      { file: 't.cpp', line: 2, column: 39, severity: 'error', code: null, message: 'request for member ‘nope’ in ‘a’, which is of non-class type ‘int’', source: 'compiler' },
    ],
  },
  {
    tool: 'cmake 3.25 --build with ninja',
    output: `[1/2] Building C object CMakeFiles/x.dir/main.c.o
FAILED: CMakeFiles/x.dir/main.c.o
/usr/bin/cc    -MD -MT CMakeFiles/x.dir/main.c.o -MF CMakeFiles/x.dir/main.c.o.d -o CMakeFiles/x.dir/main.c.o -c /project/main.c
/project/main.c: In function ‘main’:
/project/main.c:1:25: error: ‘y’ undeclared (first use in this function)
    1 | int main(void) { return y; }
      |                         ^
/project/main.c:1:25: note: each undeclared identifier is reported only once for each function it appears in
ninja: build stopped: subcommand failed.`,
    problems: [
      { file: '/project/main.c', line: 1, column: 25, severity: 'error', code: null, message: '‘y’ undeclared (first use in this function)', source: 'compiler' },
    ],
  },
  {
    tool: 'cmake 3.25, its own error',
    output: `[0/1] Re-running CMake...
CMake Error at CMakeLists.txt:4 (nope):
  Unknown CMake command "nope".


-- Configuring incomplete, errors occurred!
See also "/project/build/CMakeFiles/CMakeOutput.log".
FAILED: build.ninja
/usr/bin/cmake --regenerate-during-build -S/project -B/project/build
ninja: error: rebuilding 'build.ninja': subcommand failed`,
    problems: [
      { file: 'CMakeLists.txt', line: 4, column: null, severity: 'error', code: 'nope', message: 'Unknown CMake command "nope".', source: 'cmake' },
    ],
  },
];
