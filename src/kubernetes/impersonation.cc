#include "kubernetes/impersonation.h"

#include <fmt/format.h>

#include "base/control_characters.h"
#include "base/text.h"
#include "system/http_client.h"
#include "system/url.h"

namespace loadline {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

bool SaysNothing(const Node& value) { return value.text.empty() && value.items.empty() && value.entries.empty(); }

// Null where it says nothing.
const Node* Said(const Node& user, std::string_view key) {
  const Node* found = user.Find(key);
  return found == nullptr || SaysNothing(*found) ? nullptr : found;
}

tl::unexpected<Error> Refuse(const std::string& at, const std::string& what) {
  return Fail(Code::kInvalidArgument, fmt::format("{}: {}", at, what));
}

Status Add(const std::string& header, const std::string& at, const Node& value, Headers& headers) {
  if (value.kind == Node::Kind::kList || value.kind == Node::Kind::kMap)
    return Refuse(at, "want text; found " + DescribeNode(value));
  // A header of blanks would not be sent at all.
  if (value.text.find_first_not_of(' ') == std::string::npos) return Refuse(at, "is empty");
  if (HasControlCharacters(value.text)) return Refuse(at, "has control characters");
  headers.emplace_back(header, value.text);
  return {};
}

Status AddEach(const std::string& header, const std::string& at, const Node& list, Headers& headers) {
  if (list.kind != Node::Kind::kList) return Refuse(at, "want a list; found " + DescribeNode(list));
  for (const Node& each : list.items) {
    if (const Status added = Add(header, at, each, headers); !added) return added;
  }
  return {};
}

Status AddExtra(const Node& extra, Headers& headers) {
  const std::string at = "as-user-extra";
  if (extra.kind != Node::Kind::kMap) return Refuse(at, "want a map; found " + DescribeNode(extra));
  for (const Entry& each : extra.entries) {
    const Status added = AddEach("Impersonate-Extra-" + UrlEncode(each.key),
                                 fmt::format("{}.{}", at, OneLine(each.key, 200)), each.value, headers);
    if (!added) return added;
  }
  return {};
}

}  // namespace

Result<Headers> ImpersonationHeaders(const Node& user) {
  const Node *name = Said(user, "as"), *uid = Said(user, "as-uid"), *groups = Said(user, "as-groups"),
             *extra = Said(user, "as-user-extra");
  Headers headers;
  Status added;
  if (name != nullptr) {
    added = Add("Impersonate-User", "as", *name, headers);
  } else if (uid != nullptr || groups != nullptr || extra != nullptr) {
    added = Refuse("as", "is missing, and as-uid, as-groups and as-user-extra go with it");
  }
  if (added && uid != nullptr) added = Add("Impersonate-Uid", "as-uid", *uid, headers);
  if (added && groups != nullptr) added = AddEach("Impersonate-Group", "as-groups", *groups, headers);
  if (added && extra != nullptr) added = AddExtra(*extra, headers);
  if (!added) return Fail(added.error());
  return headers;
}

}  // namespace loadline
