#include "system/tls_files.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <condition_variable>
#include <ctime>
#include <filesystem>
#include <thread>
#include <utility>

#include "system/files.h"
#include "system/mutex.h"
#include "system/private_folder.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 1 << 20;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

// The content of the three files, as one set.
struct Material {
  std::string certificate;
  std::string key;
  std::string client_ca;

  friend bool operator==(const Material&, const Material&) = default;
};

Bio BioOf(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// All certificates of a file, or the rule that it breaks.
Result<std::vector<Certificate>> ReadCertificates(const std::string& pem) {
  std::vector<Certificate> certificates;
  const Bio bio = BioOf(pem);
  ERR_clear_error();
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(certificate);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) {
    return Fail(Code::kInvalidArgument,
                fmt::format("its certificate number {} cannot be read", certificates.size() + 1));
  }
  if (certificates.empty()) return Fail(Code::kInvalidArgument, "holds no PEM certificate");
  return certificates;
}

Timestamp TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return Timestamp(std::chrono::seconds(timegm(&parts)));
}

Result<Material> ReadMaterial(const TlsFilesOptions& options) {
  Material material;
  for (auto [file, content] :
       {std::pair{&options.certificate_file, &material.certificate}, std::pair{&options.key_file, &material.key},
        std::pair{&options.client_ca_file, &material.client_ca}}) {
    if (file->empty()) continue;
    Result<std::string> read = ReadFile(*file, kLargestFile);
    if (!read) return Fail(Code::kInvalidArgument, read.error().message);
    *content = std::move(*read);
  }
  return material;
}

// When the certificate ends, or why the set does not fit together.
Result<Timestamp> Check(const TlsFilesOptions& options, const Material& material) {
  auto refuse = [](const std::string& file, std::string_view rule) {
    return Fail(Code::kInvalidArgument, fmt::format("{}: {}", file, rule));
  };
  const Result<std::vector<Certificate>> chain = ReadCertificates(material.certificate);
  if (!chain) return refuse(options.certificate_file, chain.error().message);
  X509* const certificate = chain->front().get();
  // A pass phrase would be asked for on the terminal: with "" an encrypted key is refused instead.
  char no_phrase[] = "";
  const Key key(PEM_read_bio_PrivateKey(BioOf(material.key).get(), nullptr, nullptr, no_phrase));
  ERR_clear_error();
  if (key == nullptr) return refuse(options.key_file, "holds no PEM private key without a pass phrase");
  const bool fits = X509_check_private_key(certificate, key.get()) == 1;
  ERR_clear_error();
  if (!fits)
    return refuse(options.key_file, fmt::format("does not belong to the certificate {}", options.certificate_file));
  const ASN1_TIME* not_before = X509_get0_notBefore(certificate);
  if (X509_cmp_current_time(not_before) > 0) {
    return refuse(options.certificate_file, fmt::format("is not valid before {}", FormatTimestamp(TimeOf(not_before))));
  }
  const ASN1_TIME* not_after = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(not_after) < 0) {
    return refuse(options.certificate_file, fmt::format("expired at {}", FormatTimestamp(TimeOf(not_after))));
  }
  if (!options.client_ca_file.empty()) {
    const auto authorities = ReadCertificates(material.client_ca);
    if (!authorities) return refuse(options.client_ca_file, authorities.error().message);
  }
  return TimeOf(not_after);
}

std::vector<std::string> PlacesForCopy(const TlsFilesOptions& options) {
  if (!options.copy_into.empty()) return options.copy_into;
  const char* temporary = std::getenv("TMPDIR");
  std::vector<std::string> places = {"/dev/shm"};
  if (temporary != nullptr && *temporary != 0) places.emplace_back(temporary);
  places.emplace_back("/tmp");
  return places;
}

class WatchedTlsFiles : public TlsFiles {
 public:
  WatchedTlsFiles(TlsFilesOptions options, std::function<void(const TlsFilesState&)> on_change)
      : options_(std::move(options)), on_change_(std::move(on_change)) {}

  ~WatchedTlsFiles() override {
    watcher_.request_stop();
    if (watcher_.joinable()) watcher_.join();
  }

  Status Open() {
    const Result<Material> material = ReadMaterial(options_);
    if (!material) return Fail(material.error());
    const Result<Timestamp> not_after = Check(options_, *material);
    if (!not_after) return Fail(not_after.error());
    auto folder = PrivateFolder::Make(PlacesForCopy(options_), "loadline-tls");
    if (!folder) {
      return Fail(folder.error().code,
                  fmt::format("no place for a private copy of the certificate and its key ({}): set dataDir, or the "
                              "variable TMPDIR, to a folder that can be written",
                              folder.error().message));
    }
    folder_ = std::move(*folder);
    if (Status installed = Install(*material); !installed) return installed;
    seen_ = *material;
    state_.not_after = *not_after;
    watcher_ = std::jthread([this](std::stop_token stop) { Watch(stop); });
    return {};
  }

  std::string certificate_path() const override { return (folder_->path() / "current/tls.crt").string(); }
  std::string key_path() const override { return (folder_->path() / "current/tls.key").string(); }
  std::string client_ca_path() const override {
    return options_.client_ca_file.empty() ? "" : (folder_->path() / "current/ca.crt").string();
  }
  TlsFilesState State() const override {
    const MutexLock lock(mutex_);
    return state_;
  }

 private:
  // A new folder, and then the link `current` turned to it in one step: as Kubernetes swaps a mounted Secret.
  Status Install(const Material& material) {
    const fs::path next = folder_->path() / std::to_string(++version_);
    std::error_code ignored;
    if (Status written = WriteVersion(next, material); !written) {
      fs::remove_all(next, ignored);
      return written;
    }
    fs::remove_all(std::exchange(installed_, next), ignored);
    return {};
  }

  Status WriteVersion(const fs::path& next, const Material& material) {
    std::error_code failed;
    fs::create_directory(next, failed);
    if (!failed) fs::permissions(next, fs::perms::owner_all, failed);
    if (failed) return Fail(Code::kUnavailable, fmt::format("{}: {}", next.string(), failed.message()));
    for (const auto& [name, content] :
         {std::pair{"tls.crt", &material.certificate}, std::pair{"tls.key", &material.key},
          std::pair{"ca.crt", &material.client_ca}}) {
      if (Status written = WriteFile(next / name, *content); !written) return written;
    }
    const fs::path link = folder_->path() / "next";
    fs::remove(link, failed);  // of a try that failed
    fs::create_directory_symlink(next.filename(), link, failed);
    if (!failed) fs::rename(link, folder_->path() / "current", failed);
    if (failed) return Fail(Code::kUnavailable, fmt::format("{}: {}", link.string(), failed.message()));
    return {};
  }

  void Watch(std::stop_token stop) {
    std::string seen_problem;
    while (Sleep(stop)) {
      const Result<Material> material = ReadMaterial(options_);
      if (material && *material == seen_ && seen_problem.empty()) continue;
      std::string problem;
      Result<Timestamp> not_after = Fail(Code::kUnknown, "");
      if (!material) {
        problem = material.error().message;
      } else if (not_after = Check(options_, *material); !not_after) {
        problem = not_after.error().message;
      }
      if (!problem.empty() && problem == seen_problem && (!material || *material == refused_)) continue;
      if (problem.empty() && *material != seen_) {
        // What is in force stays so while the copy cannot be written (a full disk); the next look tries again.
        if (const Status installed = Install(*material); !installed) problem = installed.error().message;
      }
      TlsFilesState state;
      {
        const MutexLock lock(mutex_);
        state_.problem = problem;
        if (problem.empty()) {
          if (*material != seen_) ++state_.reloads;
          state_.not_after = *not_after;
        } else {
          ++state_.errors;
        }
        state = state_;
      }
      if (problem.empty()) seen_ = *material;
      refused_ = material && !problem.empty() ? *material : Material{};
      seen_problem = problem;
      if (on_change_) on_change_(state);
    }
  }

  bool Sleep(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    sleep_.wait_for(lock, stop, options_.poll, [] { return false; });
    return !stop.stop_requested();
  }

  const TlsFilesOptions options_;
  const std::function<void(const TlsFilesState&)> on_change_;
  std::unique_ptr<PrivateFolder> folder_;
  int version_ = 0;
  fs::path installed_;  // what `current` leads to
  Material seen_;       // in force
  Material refused_;    // the last that was not taken up

  mutable Mutex mutex_;
  std::condition_variable_any sleep_;
  TlsFilesState state_ LOADLINE_GUARDED_BY(mutex_);

  std::jthread watcher_;
};

}  // namespace

Status CheckTlsFiles(const TlsFilesOptions& options) {
  const Result<Material> material = ReadMaterial(options);
  if (!material) return Fail(material.error());
  const Result<Timestamp> not_after = Check(options, *material);
  return not_after ? Status() : Fail(not_after.error());
}

Result<std::unique_ptr<TlsFiles>> OpenTlsFiles(const TlsFilesOptions& options,
                                               std::function<void(const TlsFilesState&)> on_change) {
  auto files = std::make_unique<WatchedTlsFiles>(options, std::move(on_change));
  if (const Status opened = files->Open(); !opened) return Fail(opened.error());
  return files;
}

}  // namespace loadline
