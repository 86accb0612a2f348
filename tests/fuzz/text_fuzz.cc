// Small texts of all kinds: numbers, quantities, base64, UUIDs, addresses of requests and Services, UTF-8, and what
// cuts a text to a line. What can be written and read again is the same, and what is made of any text is what it is to
// be.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/base64.h"
#include "base/quantity.h"
#include "base/text.h"
#include "base/uuid.h"
#include "document/yaml_text.h"
#include "fuzz/require.h"
#include "kubernetes/service_proxy.h"
#include "scaling/decision_record.h"
#include "schedule/date.h"
#include "system/http_target.h"
#include "system/url.h"

namespace {

using namespace loadline;
using fuzz::Require;

// RFC 3629 once more, by what a code point needs.
bool IsUtf8ByCodePoints(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80         ? 1
                               : (first >> 5) == 6  ? 2
                               : (first >> 4) == 14 ? 3
                               : (first >> 3) == 30 ? 4
                                                    : 0;
    if (length == 0 || at + length > text.size()) return false;
    unsigned point = length == 1 ? first : first & (0xff >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(at + i) >> 6) != 2) return false;
      point = point << 6 | (byte(at + i) & 0x3f);
    }
    const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
    at += length;
  }
  return true;
}

void Numbers(std::string_view text) {
  if (const Result<double> number = ParseNumber(text)) {
    Require(std::isfinite(*number));
    Require(ParseNumber(FormatNumber(*number)).has_value());
  }
  if (const auto quantity = ParseQuantity(text)) Require(std::isfinite(*quantity));
}

void Codes(std::string_view text) {
  Require(DecodeBase64(EncodeBase64(text)) == text);
  if (const auto bytes = DecodeBase64(text)) Require(DecodeBase64(EncodeBase64(*bytes)) == bytes);
  if (const Result<Uuid> uuid = ParseUuid(text)) Require(ParseUuid(FormatUuid(*uuid)) == *uuid);
}

void Addresses(std::string_view text) {
  const std::string encoded = UrlEncode(text);
  Require(ParseTarget("/" + encoded).path == "/" + std::string(text));
  const HttpTarget target = ParseTarget("/?" + encoded + "=" + encoded);
  Require(target.query.size() == 1 && target.query.begin()->first == text && target.query.begin()->second == text);
  const HttpTarget any = ParseTarget(text);
  Require(any.path.size() <= text.size());
  if (const Result<ServiceAddress> service = ParseServiceAddress(std::string(text))) {
    const Result<ServiceAddress> again = ParseServiceAddress(ServiceText(*service));
    Require(again && ProxyPath(*again) == ProxyPath(*service));
    Require(ProxyPath(*service).find_first_of(" ?#%\r\n") == std::string::npos);
  }
}

void Lines(std::string_view text) {
  Require(IsUtf8(text) == IsUtf8ByCodePoints(text));
  for (const std::size_t most : {std::size_t{4}, std::size_t{60}, text.size()}) {
    const std::string line = OneLine(text, most);
    fuzz::RequireOneLine(line, most + 3);
    if (IsUtf8(text)) Require(IsUtf8(line));
  }
  const std::string mended = Mended(text);
  Require(IsUtf8(mended) && mended.find('\0') == std::string::npos && Mended(mended) == mended);
  if (IsUtf8(text) && text.find('\0') == std::string::npos) Require(mended == text);
  const std::string folded = FoldBlanks(text);
  Require(FoldBlanks(folded) == folded && folded.size() <= text.size());
  DidYouMean(std::string(text.substr(0, 100)), {"replicas", "min", "a", ""});
}

// What is written as YAML reads back as the same text.
void Yaml(const std::string& text) {
  if (!IsUtf8(text) || text.find('\0') != std::string::npos) return;
  const std::string written = WriteYaml(MapNode({{"a", TextNode(text)}, {"b", ListNode({TextNode(text)})}}));
  const ParsedDocument parsed = ParseDocument({written, 1});
  Require(parsed.problems.empty());
  const Node* found = parsed.root.Find("a");
  Require(found != nullptr && found->text == text && parsed.root.Find("b")->items.at(0).text == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Numbers(text);
  Codes(text);
  Addresses(text);
  Lines(text);
  Yaml(text);
  return 0;
}
