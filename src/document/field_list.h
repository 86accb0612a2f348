// The declared fields (fields.h) as a list: what references, flags and generated files are made from.
#ifndef LOADLINE_DOCUMENT_FIELD_LIST_H_
#define LOADLINE_DOCUMENT_FIELD_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "document/fields.h"

namespace loadline {

struct ListedField {
  std::string path;  // "grpc.tls.keyFile", "sources.NAME.url", "signals[].query"
  Field field;
  std::string type;      // "duration", "max or min"; of a section: empty
  std::string preset;    // the default, as one would write it; empty: none
  bool section = false;  // has fields of its own, which follow
};

namespace internal {

std::string PresetText(const std::string& value);
std::string PresetText(double value);
std::string PresetText(int value);
std::string PresetText(bool value);
std::string PresetText(const Duration& value);
std::string PresetText(const std::vector<std::string>& value);

template <class T>
std::string TypeName() {
  if constexpr (IsOptional<T>::value) {
    return TypeName<typename T::value_type>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    return "text";
  } else if constexpr (std::is_same_v<T, double>) {
    return "number";
  } else if constexpr (std::is_same_v<T, int>) {
    return "whole number";
  } else if constexpr (std::is_same_v<T, bool>) {
    return "true or false";
  } else if constexpr (std::is_same_v<T, Duration>) {
    return "duration";
  } else if constexpr (IsVector<T>::value) {
    return "list of " + TypeName<typename T::value_type>();
  } else if constexpr (IsNamed<T>::value) {
    return "name: " + TypeName<typename T::mapped_type>();
  } else if constexpr (WordedEnum<T>) {
    std::string words;
    for (const auto& [_, word] : EnumWords(T{})) words += (words.empty() ? "" : ", ") + std::string(word);
    return words;
  } else {
    return TypeName(static_cast<const T*>(nullptr));  // beside a type with a syntax of its own
  }
}

// Whether T is a struct with declared fields.
template <class T>
inline constexpr bool kIsSection =
    !std::is_same_v<T, std::string> && !std::is_arithmetic_v<T> && !std::is_same_v<T, Duration> && !std::is_enum_v<T> &&
    !SelfReading<T> && !IsOptional<T>::value && !IsVector<T>::value && !IsNamed<T>::value;

}  // namespace internal

class FieldLister {
 public:
  FieldLister(std::string prefix, std::vector<ListedField>& listed) : prefix_(std::move(prefix)), listed_(listed) {}

  template <class T>
  void operator()(const Field& field, T& value) {
    const std::string path = prefix_ + std::string(field.name);
    if constexpr (internal::IsOptional<T>::value) {
      typename T::value_type inner{};
      Add(path, field, value ? *value : inner, value.has_value());
    } else {
      Add(path, field, value, true);
    }
  }

 private:
  template <class T>
  void Add(const std::string& path, const Field& field, T& value, bool has_preset) {
    if constexpr (internal::kIsSection<T>) {
      listed_.push_back({path, field, "", "", true});
      Nest(path + ".", value);
    } else if constexpr (internal::IsVector<T>::value) {
      if constexpr (internal::kIsSection<typename T::value_type>) {
        listed_.push_back({path, field, "list", "", true});
        typename T::value_type inner{};
        Nest(path + "[].", inner);
      } else {
        Leaf(path, field, value, has_preset);
      }
    } else if constexpr (internal::IsNamed<T>::value) {
      if constexpr (internal::kIsSection<typename T::mapped_type>) {
        listed_.push_back({path, field, "map by name", "", true});
        typename T::mapped_type inner{};
        Nest(path + ".NAME.", inner);
      } else {
        listed_.push_back({path, field, internal::TypeName<T>(), "", false});
      }
    } else {
      Leaf(path, field, value, has_preset);
    }
  }

  template <class T>
  void Leaf(const std::string& path, const Field& field, T& value, bool has_preset) {
    std::string preset;
    if constexpr (WordedEnum<T>) {
      for (const auto& [each, word] : EnumWords(T{})) {
        if (has_preset && each == value) preset = word;
      }
    } else if constexpr (requires { internal::PresetText(value); }) {
      if (has_preset) preset = internal::PresetText(value);
    }
    if (field.required) preset.clear();
    listed_.push_back({path, field, internal::TypeName<T>(), std::move(preset), false});
  }

  template <class T>
  void Nest(std::string prefix, T& value) {
    FieldLister inner(std::move(prefix), listed_);
    DescribeFields(inner, value);
  }

  const std::string prefix_;
  std::vector<ListedField>& listed_;
};

// The fields of T, sections before what is in them; defaults are T's own.
template <class T>
std::vector<ListedField> ListFields() {
  T presets;
  std::vector<ListedField> listed;
  FieldLister lister("", listed);
  DescribeFields(lister, presets);
  return listed;
}

// A table row for each field: name, help, type, unit, bounds, default, example.
std::string FieldsAsMarkdown(const std::vector<ListedField>& fields);

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_FIELD_LIST_H_
