// What a command has to say on standard error.
#ifndef LOADLINE_CLI_PRINT_ERROR_H_
#define LOADLINE_CLI_PRINT_ERROR_H_

#include <string_view>

namespace loadline {

// "kubectl loadline status: there is no kubeconfig", with the program's name as it was called.
void PrintError(std::string_view command, std::string_view message);

}  // namespace loadline

#endif  // LOADLINE_CLI_PRINT_ERROR_H_
