// The declared fields (fields.h) as a JSON Schema, for editors. What stands between fields (a signal has one law) no
// schema says: `loadline validate` has the last word.
//
// A type with a syntax of its own has a function beside its TypeName that yields the members of its schema:
//   inline std::string SchemaMembers(const Percent*) { return R"("type": "string", "pattern": "^[0-9.]+%$")"; }
// A struct that is within itself has a name there, and is then referred to:
//   inline std::string_view SchemaName(const Condition*) { return "Condition"; }
#ifndef LOADLINE_DOCUMENT_FIELD_SCHEMA_H_
#define LOADLINE_DOCUMENT_FIELD_SCHEMA_H_

#include <string>
#include <string_view>

#include "document/field_list.h"

namespace loadline {

// The text as JSON writes it, quotes around it.
std::string JsonText(std::string_view text);

// Members for one of several; each is the members of one.
std::string SchemaAnyOf(const std::vector<std::string>& alternatives);
// Members for a text of this form (ECMA-262; the whole must match).
std::string SchemaPattern(std::string_view pattern);
// Members for a text: YAML's numbers and truths are text, too.
std::string SchemaText();
std::string SchemaDuration();

template <class T>
std::string SchemaOf(T presets = {});

namespace internal {

// Members that go with the field, whatever its type: description, bounds of numbers, pattern.
std::string FieldMembers(const Field& field, bool duration);
// `"default": ...`, or nothing.
std::string DefaultMember(const std::string& preset, bool as_text);

template <class T>
concept NamedSchema = requires {
  SchemaName(static_cast<const T*>(nullptr));
};

template <class T>
inline constexpr bool kIsDuration = std::is_same_v<T, Duration> || std::is_same_v<T, std::optional<Duration>>;

template <class T>
std::string TypeMembers(const T& presets = {}) {
  if constexpr (IsOptional<T>::value) {
    return TypeMembers<typename T::value_type>(presets.value_or(typename T::value_type{}));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return SchemaText();
  } else if constexpr (std::is_same_v<T, double>) {
    return R"("type": "number")";
  } else if constexpr (std::is_same_v<T, int>) {
    return R"("type": "integer")";
  } else if constexpr (std::is_same_v<T, bool>) {
    return R"("type": "boolean")";
  } else if constexpr (std::is_same_v<T, Duration>) {
    return SchemaDuration();
  } else if constexpr (IsVector<T>::value) {
    return R"("type": "array", "items": {)" + TypeMembers<typename T::value_type>() + "}";
  } else if constexpr (IsNamed<T>::value) {
    return R"("type": "object", "additionalProperties": {)" + TypeMembers<typename T::mapped_type>() + "}";
  } else if constexpr (WordedEnum<T>) {
    std::string words;
    for (const auto& [_, word] : EnumWords(T{})) words += (words.empty() ? "" : ", ") + JsonText(word);
    return R"("enum": [)" + words + "]";
  } else if constexpr (NamedSchema<T>) {
    return R"("$ref": "#/$defs/)" + std::string(SchemaName(static_cast<const T*>(nullptr))) + "\"";
  } else if constexpr (kIsSection<T>) {
    return SchemaOf<T>(presets);
  } else {
    return SchemaMembers(static_cast<const T*>(nullptr));
  }
}

}  // namespace internal

class FieldSchema {
 public:
  template <class T>
  void operator()(const Field& field, T& value) {
    std::string members = internal::FieldMembers(field, internal::kIsDuration<T>);
    members += (members.empty() ? "" : ", ") + internal::TypeMembers<T>(value);
    if constexpr (requires { internal::PresetText(value); }) {
      if (!field.required) members += internal::DefaultMember(internal::PresetText(value), kDefaultIsText<T>);
    } else if constexpr (WordedEnum<T>) {
      for (const auto& [each, word] : EnumWords(T{})) {
        if (each == value && !field.required) members += internal::DefaultMember(std::string(word), true);
      }
    }
    Add(field, members);
  }

  // The members of the whole: an object of these fields and no others.
  std::string Members() const;

 private:
  template <class T>
  static constexpr bool kDefaultIsText = std::is_same_v<T, std::string> || std::is_same_v<T, Duration>;

  void Add(const Field& field, const std::string& members);

  std::string properties_;
  std::string required_;
};

// The members of an object of T's fields; defaults are those of `presets`.
template <class T>
std::string SchemaOf(T presets) {
  FieldSchema schema;
  DescribeFields(schema, presets);
  return schema.Members();
}

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_FIELD_SCHEMA_H_
