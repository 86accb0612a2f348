// How decisions were followed, as /api/v1/effectiveness has it, for the commands that show decisions.
#ifndef LOADLINE_CLI_FOLLOWED_H_
#define LOADLINE_CLI_FOLLOWED_H_

#include <string>
#include <utility>
#include <vector>

#include "cli/api_client.h"

namespace loadline {

// All rows that match, page by page; none where Kubernetes is not watched, or by a server that does not know the page.
// May throw ApiJson::exception.
std::vector<ApiJson> AskFollowed(const Server& server, std::vector<std::pair<std::string, std::string>> query);

// The row of a decision's binding; null where there is none.
const ApiJson* FollowedOf(const std::vector<ApiJson>& rows, const ApiJson& decision);

// "  HPA       8 wanted since ..., ready after 43s" and "  followed  0.94 of 1 since ...", where that is known.
std::string FollowedLines(const ApiJson& row);

}  // namespace loadline

#endif  // LOADLINE_CLI_FOLLOWED_H_
