// Where the sources lie, and the program that is tested.
#ifndef LOADLINE_TESTS_SUPPORT_PLACES_H_
#define LOADLINE_TESTS_SUPPORT_PLACES_H_

namespace loadline::testing {

// Known to the build alone, and named in one file: what else is compiled is the same wherever it lies, so that a
// compiler cache has it.
extern const char* const kSourceDir;
extern const char* const kLoadline;

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_PLACES_H_
