// What a running server says, for the commands that ask it.
#ifndef LOADLINE_CLI_API_CLIENT_H_
#define LOADLINE_CLI_API_CLIENT_H_

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/server.h"

namespace loadline {

using ApiJson = nlohmann::ordered_json;

// GETs `path` with these query parameters; those that are empty are left out. `field`: what the answer must have. Fails
// with kNotFound where the server says so, as Server::Send does, else with kUnavailable; the message is for who called
// the command.
Result<ApiJson> AskServer(const Server& server, const std::string& path,
                          const std::vector<std::pair<std::string, std::string>>& query, const char* field);

// Has the server change something: POST with a body, or DELETE. Fails with kInvalidArgument, kNotFound,
// kPermissionDenied (401 and 403) and kAlreadyExists where the server says so, as Server::Send does, else with
// kUnavailable.
Result<ApiJson> TellServer(const Server& server, const std::string& method, const std::string& path,
                           const ApiJson& body, const char* field);

// A time as a person says it, before `now`: RFC 3339, "15m" or "2h30m" for so long ago, "now", or today's "03:12" (UTC;
// of yesterday where that is still to come). Fails with kInvalidArgument.
Result<Timestamp> ParseTimeBefore(const std::string& text, Timestamp now);

// What to say of an answer that cannot be read.
std::string OddAnswer(const Server& server, const ApiJson::exception& error);

// For a cell of a table: "-" for what is not there.
std::string CellOf(const ApiJson& object, const char* key);

// Whether a decision's confidence is so low that people are told.
bool IsUnsure(const ApiJson& decision);

}  // namespace loadline

#endif  // LOADLINE_CLI_API_CLIENT_H_
