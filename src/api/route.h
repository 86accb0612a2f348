// A page of the admin API, with all that is said of it: mounted, and told to others (openapi.h), from this alone.
#ifndef LOADLINE_API_ROUTE_H_
#define LOADLINE_API_ROUTE_H_

#include <string>
#include <vector>

#include "system/http_server.h"

namespace loadline {

struct RouteParameter {
  std::string name;
  std::string help;
  std::string schema = R"({"type":"string"})";  // JSON Schema
  bool needed = false;
  bool in_path = false;  // the {name} of its path, and no query parameter
};

struct Route {
  enum class Kind {
    kTagged,  // made from memory, and the same until something changes: it has an ETag
    kQuick,   // made from memory, and different each time
    kSlow,    // reads a database, asks others, or works long
    kStream,  // goes on: what HttpServer::Send hands over
  };
  std::string method;
  std::string path;
  Kind kind = Kind::kQuick;
  std::string summary;
  std::vector<RouteParameter> parameters = {};
  std::string answer = {};                      // the name of its schema; empty: not JSON
  int success = 200;                            // its status
  std::string media_type = "application/json";  // of the answer
  std::string body = {};                        // the media type of what is posted; empty: nothing is
  std::string body_schema = {};                 // the name of its schema; empty: text
  std::vector<int> refusals = {};               // beside those that every page has
  int other_answer = 0;                         // a status that the same answer may come with, too
  HttpHandler handler;
};

// Mounts it. A query parameter that the page does not know is refused.
void Mount(HttpServer& server, const Route& route);

}  // namespace loadline

#endif  // LOADLINE_API_ROUTE_H_
