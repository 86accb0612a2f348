#include "document/regex.h"

#include <re2/re2.h>

namespace loadline {
namespace {

// What is known is forgotten then: each document may hold others.
constexpr std::size_t kMostKnown = 1000;

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Regex::Regex(std::string_view text) : compiled_(std::make_unique<const RE2>(Piece(text), RE2::Quiet)) {}
Regex::~Regex() = default;

std::string Regex::Problem() const { return compiled_->ok() ? "" : compiled_->error(); }

bool Regex::Matches(std::string_view text) const { return RE2::FullMatch(Piece(text), *compiled_); }

std::shared_ptr<const Regex> Regexes::Compile(const std::string& text) {
  if (known_.size() >= kMostKnown) known_.clear();
  std::shared_ptr<const Regex>& known = known_[text];
  if (known == nullptr) known = std::make_shared<const Regex>(text);
  return known;
}

}  // namespace loadline
