// What the HTTP client hands to libcurl: headers, one request under way, and the connections between them.
#ifndef LOADLINE_SYSTEM_CURL_TRANSFER_H_
#define LOADLINE_SYSTEM_CURL_TRANSFER_H_

#include <curl/curl.h>

#include <chrono>
#include <string>
#include <string_view>

#include "system/http_client.h"

namespace loadline {

using Steady = std::chrono::steady_clock;

class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(list); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  void Add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
  void Copy(const HeaderList& other) {
    for (const curl_slist* each = other.list; each != nullptr; each = each->next) Add(each->data);
  }

  curl_slist* list = nullptr;
};

// Of one transfer, never of two: libcurl before 8.1.1, such as Debian 12's, keeps in a handle a pointer to a header
// that is freed, and a response that begins with the rest of a header would go on with that
// (https://github.com/curl/curl/issues/11101).
class EasyHandle {
 public:
  EasyHandle() = default;
  ~EasyHandle() { curl_easy_cleanup(handle_); }
  EasyHandle(const EasyHandle&) = delete;
  EasyHandle& operator=(const EasyHandle&) = delete;

  operator CURL*() const { return handle_; }

 private:
  CURL* const handle_ = curl_easy_init();
};

// One request under way.
struct Transfer {
  const EasyHandle easy{};  // clang wants an initialiser of what is const
  std::size_t index = 0;
  std::size_t most_bytes = 0;
  bool too_large = false;
  HttpResponse response;
  HeaderList own_headers;  // where they are others than all have
  char error[CURL_ERROR_SIZE] = {};
};

inline std::size_t TakeBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  if (transfer->response.body.size() + size * count > transfer->most_bytes) {
    transfer->too_large = true;
    return 0;
  }
  transfer->response.body.append(data, size * count);
  return size * count;
}

// A response that is handed over as it comes.
struct StreamTransfer {
  const EasyHandle easy{};
  const ChunkHandler* on_chunk = nullptr;
  Steady::time_point last_byte = Steady::now();
  bool ended = false;  // by the handler
  char error[CURL_ERROR_SIZE] = {};
};

inline std::size_t HandOver(StreamTransfer& transfer, std::string_view chunk, std::size_t size) {
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  transfer.ended = !(*transfer.on_chunk)(static_cast<int>(status), chunk);
  transfer.last_byte = Steady::now();
  return transfer.ended ? 0 : size;
}

inline std::size_t TakeChunk(char* data, std::size_t size, std::size_t count, void* user) {
  return HandOver(*static_cast<StreamTransfer*>(user), {data, size * count}, size * count);
}

inline std::size_t TakeHeader(char* data, std::size_t size, std::size_t count, void* user) {
  auto* transfer = static_cast<StreamTransfer*>(user);
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  const bool ends_head = std::string_view(data, size * count) == "\r\n" && status >= 200;
  return ends_head ? HandOver(*transfer, "", size * count) : size * count;
}

// The connections that curl keeps between calls.
class Pool {
 public:
  explicit Pool(int max_connections) : multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(max_connections));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(max_connections));
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  }
  ~Pool() { curl_multi_cleanup(multi_); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  CURLM* multi() { return multi_; }

 private:
  CURLM* multi_;
};

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_CURL_TRANSFER_H_
