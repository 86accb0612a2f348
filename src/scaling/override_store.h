// Where overrides that are set over the API are kept: as documents, which all pods read with the others.
#ifndef LOADLINE_SCALING_OVERRIDE_STORE_H_
#define LOADLINE_SCALING_OVERRIDE_STORE_H_

#include <functional>
#include <map>
#include <string>

#include "base/result.h"

namespace loadline {

// The texts, by the overrides' names. What people wrote there is among them.
using OverrideTexts = std::map<std::string, std::string>;

// Thread-safe. All fail with kUnavailable where the place cannot be reached, and with kPermissionDenied where it cannot
// be read or written; the message says how to mend it. kAlreadyExists: what is not a text has the name.
class OverrideStore {
 public:
  virtual ~OverrideStore() = default;

  // "ConfigMap loadline/loadline-overrides": for people.
  virtual std::string Where() const = 0;
  virtual Result<OverrideTexts> Read() = 0;
  // Has `change` change what there is, and writes that; where it says false, nothing is written. What others write
  // meanwhile is not lost: then `change` is called again with theirs, so it may be called several times. Fails with
  // kAborted where others were always faster.
  virtual Status Change(const std::function<bool(OverrideTexts&)>& change) = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_OVERRIDE_STORE_H_
