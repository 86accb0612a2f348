// Who sent a message, and that nobody changed it: HMAC-SHA256 as Standard Webhooks has it.
// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
#ifndef LOADLINE_NOTIFY_SIGNATURE_H_
#define LOADLINE_NOTIFY_SIGNATURE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

// The secrets of a file: a line each, in base64, with or without "whsec_" before it. More than one while a secret is
// exchanged: a message is then signed with each. Fails with kInvalidArgument; the message shows nothing of a secret.
Result<std::vector<std::string>> ParseSecrets(std::string_view text);

// The headers webhook-id, webhook-timestamp and, where there are secrets, webhook-signature.
std::vector<std::pair<std::string, std::string>> SignatureHeaders(const std::vector<std::string>& secrets,
                                                                  const std::string& id, Timestamp sent,
                                                                  const std::string& body);

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_SIGNATURE_H_
