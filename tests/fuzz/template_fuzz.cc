// A webhook's template and what is told: it is refused with a word, or what it is filled with is JSON, whatever the
// values are, and has each value as it is.
//
// The input is a template, then the values of a notification, each up to a zero byte.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "fuzz/require.h"
#include "notify/cloud_event.h"
#include "notify/message_template.h"

namespace {

using namespace loadline;
using fuzz::Require;
using nlohmann::json;

Notification Told(fuzz::Input& input) {
  Notification told;
  const std::uint8_t how = input.Byte();
  told.now.kind = static_cast<EventKind>(how % 6);
  if (how & 64) told.now.replicas = how;
  told.changes = how % 3;
  for (std::string* each : {&told.now.value, &told.from, &told.now.subject, &told.now.reason,
                            &told.now.object_namespace, &told.now.object, &told.now.policy})
    *each = input.Part();
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Result<MessageTemplate> message = MessageTemplate::Parse(input.Part());
  const Notification told = Told(input);
  Require(json::accept(MessageTemplate::Parse(kPlainTemplate)->Fill(told)));
  if (message) {
    Require(json::accept(message->Fill(told)));
  } else {
    fuzz::RequireOneLine(message.error().message, 1000);
    Require(!message.error().message.empty());
  }
  return 0;
}
