// Certificates and keys as files: a set that can be used, or a rule that names its file.
//
// The input is a certificate, a key and authorities, each up to a zero byte. In these a byte 1 stands for a
// certificate, 2 for its key, and 3 for another key.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/require.h"
#include "fuzz/scratch_file.h"
#include "system/tls_files.h"

namespace {

using namespace loadline;
using fuzz::Require;

template <class Write>
std::string PemOf(Write write) {
  BIO* const bio = BIO_new(BIO_s_mem());
  Require(write(bio) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

EVP_PKEY* NewKey() { return EVP_EC_gen("P-256"); }

std::string PemOfKey(EVP_PKEY* key) {
  return PemOf([&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

// A certificate that is valid now, its key, and another key.
const std::array<std::string, 3>& Pems() {
  static const std::array<std::string, 3> pems = [] {
    EVP_PKEY *const key = NewKey(), *const other = NewKey();
    X509* const certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * 24 * 3600);
    X509_set_pubkey(certificate, key);
    Require(X509_sign(certificate, key, EVP_sha256()) > 0);
    std::array<std::string, 3> all = {PemOf([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); }),
                                      PemOfKey(key), PemOfKey(other)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return all;
  }();
  return pems;
}

std::string Written(std::string_view part) {
  std::string text;
  for (const char c : part) {
    if (c >= 1 && c <= 3) {
      text += Pems()[static_cast<std::size_t>(c) - 1];
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  static const fuzz::ScratchFile certificate, key, authorities;
  certificate.Write(Written(input.Part()));
  key.Write(Written(input.Part()));
  authorities.Write(Written(input.Part()));
  TlsFilesOptions options{certificate.path(), key.path(), authorities.path()};
  const Status good = CheckTlsFiles(options);
  if (good) {
    Require(std::string_view(reinterpret_cast<const char*>(data), size).find('\2') != std::string_view::npos);
    options.client_ca_file.clear();
    Require(CheckTlsFiles(options).has_value());
    return 0;
  }
  const std::string& message = good.error().message;
  Require(message.starts_with("/proc/self/fd/"));
  fuzz::RequireOneLine(message, 300);
  return 0;
}
