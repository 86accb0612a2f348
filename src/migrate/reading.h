// Looks into documents of others: what is missing, or is of another kind, is nothing.
#ifndef LOADLINE_MIGRATE_READING_H_
#define LOADLINE_MIGRATE_READING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "document/node.h"

namespace loadline {

// Along keys: FindPath(root, {"spec", "advanced"}); null where one is missing.
const Node* FindPath(const Node& root, std::initializer_list<std::string_view> keys);
// The value under a key; of nothing a node that is null.
const Node& NodeAt(const Node& map, std::string_view key);
std::string TextAt(const Node& map, std::string_view key);              // empty: nothing
std::optional<double> NumberAt(const Node& map, std::string_view key);  // quantities, too: 500m, 1k
// As Go's strconv.ParseFloat reads it, which KEDA does: no quantity, nothing that is not finite.
std::optional<double> PlainNumberAt(const Node& map, std::string_view key);
// A number of replicas, from 0 to 100000; none where there is none, or something else.
std::optional<int> CountAt(const Node& map, std::string_view key);
std::optional<bool> TruthAt(const Node& map, std::string_view key);
const std::vector<Node>& ListAt(const Node& map, std::string_view key);  // empty: nothing
const std::vector<Entry>& EntriesAt(const Node& map, std::string_view key);

// Where a map has YAML's merge key (<<), which this reader of documents does not follow; empty: nowhere.
std::string MergeKeyIn(const Node& node, const std::string& path = "");

// What names policies and signals, made of a text: "philotes_cdc_lag" -> "philotes-cdc-lag"; "x" where nothing is left.
std::string NameFrom(std::string_view text);
// Likewise, and none that is `taken`; adds it to them.
std::string FreeName(std::string_view text, std::vector<std::string>& taken);
// The first metric that a query names: "max(a_b{c="d"})" -> "a_b"; "query" where there is none.
std::string MetricIn(std::string_view query);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_READING_H_
