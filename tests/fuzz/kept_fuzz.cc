// What a run keeps for the next one, whatever has become of it: it is read, or refused with words; a refused file of
// policies begins with none.
//
// The first byte says which file; the rest is its content.
#include <cstddef>
#include <cstdint>
#include <string>

#include "controller/binding_store.h"
#include "fuzz/require.h"
#include "fuzz/scratch_file.h"
#include "sources/last_good.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  using fuzz::Require;
  fuzz::Input input(data, size);
  static const fuzz::ScratchFile file;
  const std::uint8_t which = input.Byte();
  file.Write(input.Rest());
  if (which % 2 == 0) {
    const Result<std::vector<StoredBinding>> bindings = LoadBindings(file.path());
    Require(bindings || bindings.error().message.starts_with(file.path()));
    return 0;
  }
  LastGood kept(file.path(), NoLog());
  kept.Load();
  Require(kept.was_kept() || kept.versions().empty());
  std::vector<std::string> ids;
  for (const auto& [id, _] : kept.versions()) ids.push_back(id);
  for (const std::string& id : ids) Require(kept.ContentOf(id).has_value() == kept.versions().contains(id));
  return 0;
}
