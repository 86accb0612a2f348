// HTTP as bytes, for what a well-behaved client would not send.
#ifndef LOADLINE_TESTS_SUPPORT_RAW_HTTP_H_
#define LOADLINE_TESTS_SUPPORT_RAW_HTTP_H_

#include <string>

namespace loadline::testing {

// Sends `bytes` to a port of 127.0.0.1 and reads until the server closes. Throws where it cannot connect.
std::string SendRaw(int port, const std::string& bytes);

// The answer to one request: "GET /x", and further lines of its header, each with its \r\n. The connection ends after
// it.
std::string Ask(int port, const std::string& first, const std::string& headers = "", const std::string& body = "");

// 200 of "HTTP/1.1 200 OK..."; 0: it is no answer.
int StatusOf(const std::string& answer);
// The value of a field of its header; empty where there is none.
std::string FieldOf(const std::string& answer, const std::string& name);
std::string BodyOf(const std::string& answer);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_RAW_HTTP_H_
