// Bindings over a restart: a file of JSON in the data directory.
#ifndef LOADLINE_CONTROLLER_BINDING_STORE_H_
#define LOADLINE_CONTROLLER_BINDING_STORE_H_

#include <filesystem>
#include <memory>
#include <vector>

#include "controller/binding.h"

namespace loadline {

struct StoredBinding {
  BindingKey key;
  Timestamp last_call;
};

// Nothing where there is no file. Fails with kInvalidArgument where it is not ours to read, and with ReadFile's codes.
Result<std::vector<StoredBinding>> LoadBindings(const std::filesystem::path& file);

Status SaveBindings(const std::filesystem::path& file, const std::vector<std::shared_ptr<Binding>>& bindings);

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_BINDING_STORE_H_
