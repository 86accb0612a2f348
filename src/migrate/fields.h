// The fields of a document of another system, each taken once: what nobody took is told, so that nothing is dropped in
// silence. A field is asked for as "cooldown_seconds", and may stand there as cooldownSeconds.
#ifndef LOADLINE_MIGRATE_FIELDS_H_
#define LOADLINE_MIGRATE_FIELDS_H_

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

class Fields {
 public:
  // `path` is what stands before the names of its fields in notes: "spec", "policies[0]"; may be empty.
  // REQUIRES: `map` and `migration` outlive it.
  Fields(const Node& map, std::string path, Migration& migration);

  // The value of the first of the names that is there; null: none. One that is null in the document is none.
  const Node* Take(std::initializer_list<std::string_view> names);

  // Likewise; of another type it is told, and none.
  std::string Text(std::initializer_list<std::string_view> names);  // empty: none
  std::optional<double> Number(std::initializer_list<std::string_view> names);
  std::optional<bool> Truth(std::initializer_list<std::string_view> names);
  // "5m", or a number of seconds.
  std::optional<Duration> Time(std::initializer_list<std::string_view> names);
  // A list; what is no list is told, and an empty one.
  const std::vector<Node>& List(std::initializer_list<std::string_view> names);
  // Each item of such a list, with where it stands: "policies[0].rules[2]".
  using ReadItem = std::function<void(const Node& item, const std::string& path)>;
  void Each(std::initializer_list<std::string_view> names, const ReadItem& read);

  // A map, or what is null, where there is none.
  const Node& Map(std::initializer_list<std::string_view> names);

  // Where in the document the field stands that was taken last, or would: "policies[0].cooldown".
  std::string Path() const { return Path(taken_as_); }
  std::string Path(std::string_view field) const;
  void Tell(Fate fate, std::string text) { migration_.Tell(fate, Path(), std::move(text)); }
  // Fields that nothing here says; those that are there are told together.
  void Leave(std::initializer_list<std::string_view> names, std::string_view why);
  // What nobody took.
  void TellRest();

 private:
  std::string Spelled(std::string_view name) const;  // as it stands there, or as the others are written
  void Refuse(std::string_view rule, const Node& found);

  const Node& map_;
  std::string path_;
  Migration& migration_;
  std::vector<std::string> taken_;
  std::string taken_as_;
};

// Whether a map has one of these fields, as above.
bool HasField(const Node& map, std::initializer_list<std::string_view> names);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_FIELDS_H_
