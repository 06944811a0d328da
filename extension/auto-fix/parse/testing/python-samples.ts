// What Python and its checkers print. Recorded from the programs; folders read /project.
import type { Sample } from './sample';

export const pythonSamples: readonly Sample[] = [
  {
    tool: 'mypy',
    output: `app.py:4: error: Incompatible return value type (got "str", expected "int")  [return-value]
app.py:6: error: Argument 1 to "add" has incompatible type "str"; expected "int"  [arg-type]
app.py:7: error: Name "undefined_name" is not defined  [name-defined]
Found 3 errors in 1 file (checked 1 source file)`,
    problems: [
      { file: 'app.py', line: 4, column: null, severity: 'error', code: 'return-value', message: 'Incompatible return value type (got "str", expected "int")', source: 'mypy' },
      { file: 'app.py', line: 6, column: null, severity: 'error', code: 'arg-type', message: 'Argument 1 to "add" has incompatible type "str"; expected "int"', source: 'mypy' },
      { file: 'app.py', line: 7, column: null, severity: 'error', code: 'name-defined', message: 'Name "undefined_name" is not defined', source: 'mypy' },
    ],
  },
  {
    tool: 'mypy with columns',
    output: `app.py:4:12: error: Incompatible return value type (got "str", expected "int")  [return-value]
app.py:6:5: error: Argument 1 to "add" has incompatible type "str"; expected "int"  [arg-type]
app.py:7:1: error: Name "undefined_name" is not defined  [name-defined]
Found 3 errors in 1 file (checked 1 source file)`,
    problems: [
      { file: 'app.py', line: 4, column: 12, severity: 'error', code: 'return-value', message: 'Incompatible return value type (got "str", expected "int")', source: 'mypy' },
      { file: 'app.py', line: 6, column: 5, severity: 'error', code: 'arg-type', message: 'Argument 1 to "add" has incompatible type "str"; expected "int"', source: 'mypy' },
      { file: 'app.py', line: 7, column: 1, severity: 'error', code: 'name-defined', message: 'Name "undefined_name" is not defined', source: 'mypy' },
    ],
  },
  {
    tool: 'mypy, a syntax error',
    output: `bad.py:1: error: Expected a parameter or the end of the parameter list  [syntax]
bad.py:1: error: Expected \`)\`, found newline  [syntax]
Found 2 errors in 1 file (errors prevented further checking)`,
    problems: [
      { file: 'bad.py', line: 1, column: null, severity: 'error', code: 'syntax', message: 'Expected a parameter or the end of the parameter list', source: 'mypy' },
      { file: 'bad.py', line: 1, column: null, severity: 'error', code: 'syntax', message: 'Expected `)`, found newline', source: 'mypy' },
    ],
  },
  {
    tool: 'ruff, full',
    output: `I001 [*] Import block is un-sorted or un-formatted
 --> app.py:1:1
  |
1 | import os
  | ^^^^^^^^^
2 |
3 | def add(a: int, b: int) -> int:
  |
help: Organize imports
  |
2 |
3 +
4 | def add(a: int, b: int) -> int:
  |

F401 [*] \`os\` imported but unused
 --> app.py:1:8
  |
1 | import os
  |        ^^
2 |
3 | def add(a: int, b: int) -> int:
  |
help: Remove unused import: \`os\`
  |
  - import os
1 |
  |

B018 Found useless expression. Either assign it to a variable or remove it.
 --> app.py:7:1
  |
6 | add("x", 1)
7 | undefined_name
  | ^^^^^^^^^^^^^^

F821 Undefined name \`undefined_name\`
 --> app.py:7:1
  |
6 | add("x", 1)
7 | undefined_name
  | ^^^^^^^^^^^^^^

invalid-syntax: Expected a parameter or the end of the parameter list
 --> bad.py:1:7
  |
1 | def f(:
  |       ^
2 |     pass
  |

invalid-syntax: Expected \`)\`, found newline
 --> bad.py:1:8
  |
1 | def f(:
  |        ^
2 |     pass
  |

Found 6 errors.
[*] 2 fixable with the \`--fix\` option.`,
    problems: [
      { file: 'app.py', line: 1, column: 1, severity: 'error', code: 'I001', message: 'Import block is un-sorted or un-formatted', source: 'python-lint' },
      { file: 'app.py', line: 1, column: 8, severity: 'error', code: 'F401', message: '`os` imported but unused', source: 'python-lint' },
      { file: 'app.py', line: 7, column: 1, severity: 'error', code: 'B018', message: 'Found useless expression. Either assign it to a variable or remove it.', source: 'python-lint' },
      { file: 'app.py', line: 7, column: 1, severity: 'error', code: 'F821', message: 'Undefined name `undefined_name`', source: 'python-lint' },
      { file: 'bad.py', line: 1, column: 7, severity: 'error', code: 'invalid-syntax', message: 'Expected a parameter or the end of the parameter list', source: 'python-lint' },
      { file: 'bad.py', line: 1, column: 8, severity: 'error', code: 'invalid-syntax', message: 'Expected `)`, found newline', source: 'python-lint' },
    ],
  },
  {
    tool: 'ruff, concise',
    output: `app.py:1:1: I001 [*] Import block is un-sorted or un-formatted
app.py:1:8: F401 [*] \`os\` imported but unused
app.py:7:1: B018 Found useless expression. Either assign it to a variable or remove it.
app.py:7:1: F821 Undefined name \`undefined_name\`
bad.py:1:7: invalid-syntax: Expected a parameter or the end of the parameter list
bad.py:1:8: invalid-syntax: Expected \`)\`, found newline
indent.py:1:1: invalid-syntax: Unexpected indentation
tests/test_app.py:1:1: I001 [*] Import block is un-sorted or un-formatted
tests/test_u.py:1:1: I001 [*] Import block is un-sorted or un-formatted
tests/test_u.py:6:9: B018 Found useless expression. Either assign it to a variable or remove it.
Found 10 errors.
[*] 4 fixable with the \`--fix\` option.`,
    problems: [
      { file: 'app.py', line: 1, column: 1, severity: 'error', code: 'I001', message: 'Import block is un-sorted or un-formatted', source: 'python-lint' },
      { file: 'app.py', line: 1, column: 8, severity: 'error', code: 'F401', message: '`os` imported but unused', source: 'python-lint' },
      { file: 'app.py', line: 7, column: 1, severity: 'error', code: 'B018', message: 'Found useless expression. Either assign it to a variable or remove it.', source: 'python-lint' },
      { file: 'app.py', line: 7, column: 1, severity: 'error', code: 'F821', message: 'Undefined name `undefined_name`', source: 'python-lint' },
      { file: 'bad.py', line: 1, column: 7, severity: 'error', code: 'invalid-syntax', message: 'Expected a parameter or the end of the parameter list', source: 'python-lint' },
      { file: 'bad.py', line: 1, column: 8, severity: 'error', code: 'invalid-syntax', message: 'Expected `)`, found newline', source: 'python-lint' },
      { file: 'indent.py', line: 1, column: 1, severity: 'error', code: 'invalid-syntax', message: 'Unexpected indentation', source: 'python-lint' },
      { file: 'tests/test_app.py', line: 1, column: 1, severity: 'error', code: 'I001', message: 'Import block is un-sorted or un-formatted', source: 'python-lint' },
      { file: 'tests/test_u.py', line: 1, column: 1, severity: 'error', code: 'I001', message: 'Import block is un-sorted or un-formatted', source: 'python-lint' },
      { file: 'tests/test_u.py', line: 6, column: 9, severity: 'error', code: 'B018', message: 'Found useless expression. Either assign it to a variable or remove it.', source: 'python-lint' },
    ],
  },
  {
    tool: 'flake8',
    output: `app.py:1:1: F401 'os' imported but unused
app.py:3:1: E302 expected 2 blank lines, found 1
app.py:6:1: E305 expected 2 blank lines after class or function definition, found 1
app.py:7:1: F821 undefined name 'undefined_name'`,
    problems: [
      { file: 'app.py', line: 1, column: 1, severity: 'error', code: 'F401', message: "'os' imported but unused", source: 'python-lint' },
      { file: 'app.py', line: 3, column: 1, severity: 'error', code: 'E302', message: 'expected 2 blank lines, found 1', source: 'python-lint' },
      { file: 'app.py', line: 6, column: 1, severity: 'error', code: 'E305', message: 'expected 2 blank lines after class or function definition, found 1', source: 'python-lint' },
      { file: 'app.py', line: 7, column: 1, severity: 'error', code: 'F821', message: "undefined name 'undefined_name'", source: 'python-lint' },
    ],
  },
  {
    tool: 'pyright',
    output: `/project/app.py
  /project/app.py:4:12 - error: Type "str" is not assignable to return type "int"
    "str" is not assignable to "int" (reportReturnType)
  /project/app.py:6:5 - error: Argument of type "Literal['x']" cannot be assigned to parameter "a" of type "int" in function "add"
    "Literal['x']" is not assignable to "int" (reportArgumentType)
  /project/app.py:7:1 - error: "undefined_name" is not defined (reportUndefinedVariable)
  /project/app.py:7:1 - warning: Expression value is unused (reportUnusedExpression)
3 errors, 1 warning, 0 informations`,
    problems: [
      { file: '/project/app.py', line: 4, column: 12, severity: 'error', code: 'reportReturnType', message: 'Type "str" is not assignable to return type "int"\n"str" is not assignable to "int"', source: 'pyright' },
      { file: '/project/app.py', line: 6, column: 5, severity: 'error', code: 'reportArgumentType', message: 'Argument of type "Literal[\'x\']" cannot be assigned to parameter "a" of type "int" in function "add"\n"Literal[\'x\']" is not assignable to "int"', source: 'pyright' },
      { file: '/project/app.py', line: 7, column: 1, severity: 'error', code: 'reportUndefinedVariable', message: '"undefined_name" is not defined', source: 'pyright' },
    ],
  },
  {
    tool: 'python 3.11 -m py_compile',
    output: `  File "bad.py", line 1
    def f(:
          ^
SyntaxError: invalid syntax`,
    problems: [
      { file: 'bad.py', line: 1, column: null, severity: 'error', code: 'SyntaxError', message: 'invalid syntax', source: 'python' },
    ],
  },
  {
    tool: 'python 3.11 -m py_compile, indentation',
    output: `Sorry: IndentationError: unexpected indent (indent.py, line 1)`,
    problems: [
      { file: 'indent.py', line: 1, column: null, severity: 'error', code: 'IndentationError', message: 'unexpected indent', source: 'python' },
    ],
  },
  {
    tool: 'python 3.11 -m compileall',
    output: `*** Error compiling 'bad.py'...
  File "bad.py", line 1
    def f(:
          ^
SyntaxError: invalid syntax

*** Error compiling 'indent.py'...
Sorry: IndentationError: unexpected indent (indent.py, line 1)`,
    problems: [
      { file: 'bad.py', line: 1, column: null, severity: 'error', code: 'SyntaxError', message: 'invalid syntax', source: 'python' },
      { file: 'indent.py', line: 1, column: null, severity: 'error', code: 'IndentationError', message: 'unexpected indent', source: 'python' },
    ],
  },
  {
    tool: 'a traceback',
    output: `Traceback (most recent call last):
  File "<string>", line 1, in <module>
  File "/project/tests/test_app.py", line 1, in <module>
    from app import add
  File "/project/app.py", line 6, in <module>
    add("x", 1)
  File "/project/app.py", line 4, in add
    return str(a + b)
               ~~^~~
TypeError: can only concatenate str (not "int") to str`,
    problems: [
      { file: '/project/app.py', line: 4, column: null, severity: 'error', code: 'TypeError', message: 'can only concatenate str (not "int") to str', source: 'python' },
    ],
  },
  {
    tool: 'unittest',
    output: `FE
======================================================================
ERROR: test_b (tests.test_u.T.test_b)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/project/tests/test_u.py", line 6, in test_b
    None.x
AttributeError: 'NoneType' object has no attribute 'x'

======================================================================
FAIL: test_a (tests.test_u.T.test_a)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/project/tests/test_u.py", line 4, in test_a
    self.assertEqual(1, 2)
AssertionError: 1 != 2

----------------------------------------------------------------------
Ran 2 tests in 0.001s

FAILED (failures=1, errors=1)`,
    problems: [
      { file: '/project/tests/test_u.py', line: 6, column: null, severity: 'error', code: 'AttributeError', message: "'NoneType' object has no attribute 'x'", source: 'python' },
      { file: '/project/tests/test_u.py', line: 4, column: null, severity: 'error', code: 'AssertionError', message: '1 != 2', source: 'python' },
    ],
  },
  {
    tool: 'pytest 9, --tb=auto',
    output: `FF                                                                       [100%]
=================================== FAILURES ===================================
___________________________________ test_add ___________________________________

    def test_add():
>       assert add(1, 2) == 4
E       assert 3 == 4
E        +  where 3 = add(1, 2)

tests/test_app.py:7: AssertionError
__________________________________ test_raise __________________________________

    def test_raise():
>       inner()

tests/test_app.py:10:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def inner():
>       raise ValueError("no")
E       ValueError: no

tests/test_app.py:4: ValueError
=========================== short test summary info ============================
FAILED tests/test_app.py::test_add - assert 3 == 4
FAILED tests/test_app.py::test_raise - ValueError: no
2 failed in 0.06s`,
    problems: [
      { file: 'tests/test_app.py', line: 7, column: null, severity: 'error', code: null, message: 'test_add: assert 3 == 4', source: 'pytest' },
      { file: 'tests/test_app.py', line: 4, column: null, severity: 'error', code: null, message: 'test_raise: ValueError: no', source: 'pytest' },
    ],
  },
  {
    tool: 'pytest 9, --tb=short',
    output: `FF                                                                       [100%]
=================================== FAILURES ===================================
___________________________________ test_add ___________________________________
tests/test_app.py:7: in test_add
    assert add(1, 2) == 4
E   assert 3 == 4
E    +  where 3 = add(1, 2)
__________________________________ test_raise __________________________________
tests/test_app.py:10: in test_raise
    inner()
tests/test_app.py:4: in inner
    raise ValueError("no")
E   ValueError: no
=========================== short test summary info ============================
FAILED tests/test_app.py::test_add - assert 3 == 4
FAILED tests/test_app.py::test_raise - ValueError: no
2 failed in 0.04s`,
    problems: [
      { file: 'tests/test_app.py', line: 7, column: null, severity: 'error', code: null, message: 'test_add: assert 3 == 4', source: 'pytest' },
      { file: 'tests/test_app.py', line: 4, column: null, severity: 'error', code: null, message: 'test_raise: ValueError: no', source: 'pytest' },
    ],
  },
  {
    tool: 'pytest 9, a file that cannot be loaded',
    output: `
==================================== ERRORS ====================================
______________________ ERROR collecting tests/test_app.py ______________________
tests/test_app.py:1: in <module>
    from app import add
app.py:6: in <module>
    add("x", 1)
app.py:4: in add
    return str(a + b)
               ^^^^^
E   TypeError: can only concatenate str (not "int") to str
=========================== short test summary info ============================
ERROR tests/test_app.py - TypeError: can only concatenate str (not "int") to str
!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
1 error in 0.33s`,
    problems: [
      { file: 'app.py', line: 4, column: null, severity: 'error', code: null, message: 'ERROR collecting tests/test_app.py: TypeError: can only concatenate str (not "int") to str', source: 'pytest' },
    ],
  },
];
