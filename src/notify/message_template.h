// A message in a receiver's own JSON, with places for what it is about: {"text": "{{text}}"}.
#ifndef LOADLINE_NOTIFY_MESSAGE_TEMPLATE_H_
#define LOADLINE_NOTIFY_MESSAGE_TEMPLATE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/notification.h"

namespace loadline {

inline constexpr char kPlainTemplate[] = R"({"text": "{{text}}"})";

// Inside of a JSON string a value is escaped, so that it can never end it; elsewhere it is a value of its own: a number
// where it is one, else a string with its quotes.
class MessageTemplate {
 public:
  // Fails with kInvalidArgument: a placeholder that there is not, one without "}}", what is no JSON once it is filled.
  static Result<MessageTemplate> Parse(std::string_view text);

  std::string Fill(const Notification& notification) const;

 private:
  enum class Place { kLiteral, kInString, kValue };
  struct Piece {
    Place place;
    std::string text;  // of a literal; else the placeholder's name
  };

  std::vector<Piece> pieces_;
};

// What may stand between {{ and }}.
const std::vector<std::string>& PlaceholderNames();

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_MESSAGE_TEMPLATE_H_
