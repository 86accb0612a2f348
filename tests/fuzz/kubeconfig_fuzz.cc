// A kubeconfig, and what a program that fetches credentials says: they are refused with words, or what comes of them
// can be sent, and adds no line to a request.
//
// The input is a kubeconfig, and after a zero byte what its program says.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/control_characters.h"
#include "fuzz/require.h"
#include "fuzz/scratch_file.h"
#include "kubernetes/kube_config.h"

namespace {

using namespace loadline;
using fuzz::Require;

void RequireSendable(const HttpClientOptions& http) {
  for (const auto& [name, value] : http.headers) {
    Require(!HasControlCharacters(name) && !HasControlCharacters(value));
    Require(!name.empty() && name.find_first_of(": ") == std::string::npos);
  }
  Require((http.certificate_file.empty() && http.certificate_pem.empty()) ==
          (http.key_file.empty() && http.key_pem.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  static const fuzz::ScratchFile file;
  file.Write(input.Part());
  const Result<KubeConfig> read = ReadKubeConfigs({file.path()}, "");
  if (!read) {
    Require(!read.error().message.empty());
    Require(!ReadKubeConfig(file.path()));
    return 0;
  }
  Require(read->server.starts_with("http://") || read->server.starts_with("https://"));
  Require(!read->own_namespace.empty() && !read->context.empty());
  RequireSendable(read->http);
  Require(read->program.has_value() != ReadKubeConfig(file.path()).has_value());
  if (!read->program) return 0;
  HttpClientOptions http = read->http;
  const Status taken = TakeCredential(std::string(input.Rest()), read->program->api_version, http);
  if (taken) {
    RequireSendable(http);
  } else {
    Require(!taken.error().message.empty());
  }
  return 0;
}
