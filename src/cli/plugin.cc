#include "cli/plugin.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

namespace loadline {
namespace {

constexpr std::string_view kPlugin = "kubectl loadline";
constexpr std::array<std::string_view, 8> kBefore = {"-n",        "--namespace",  "--context", "--kubeconfig",
                                                     "--service", "--token-file", "--server",  "--ca-file"};

bool IsOneOf(std::string_view option) { return std::find(kBefore.begin(), kBefore.end(), option) != kBefore.end(); }

// How many arguments an option takes up, from its own on: 0 where it is none of those. "-n shop", "-nshop", "-n=shop".
std::size_t LengthOf(const std::string& argument) {
  if (argument == "--kube" || IsOneOf(argument.substr(0, argument.find('=')))) {
    return argument == "--kube" || argument.find('=') != std::string::npos ? 1 : 2;
  }
  return argument.starts_with("-n") ? 1 : 0;
}

void Replace(std::string& text, std::string_view old, std::string_view fresh) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + fresh.size()))
    text.replace(at, old.size(), fresh);
}

}  // namespace

std::string ProgramName(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return std::string(path.starts_with("kubectl-loadline") ? kPlugin : "loadline");
}

bool IsPlugin(const CLI::App& command) {
  const CLI::App* root = &command;
  while (root->get_parent() != nullptr) root = root->get_parent();
  return root->get_name() == kPlugin;
}

std::vector<std::string> OptionsBehindCommand(std::vector<std::string> arguments) {
  std::size_t before = 0;
  while (before < arguments.size()) {
    const std::size_t length = LengthOf(arguments[before]);
    if (length == 0) break;
    before = std::min(before + length, arguments.size());
  }
  std::rotate(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(before), arguments.end());
  return arguments;
}

void NameInExamples(CLI::App& app) {
  std::string text = app.get_footer();
  Replace(text, "\n  loadline ", "\n  " + std::string(kPlugin) + " ");
  Replace(text, " --kube", "");  // goes without saying
  app.footer(text);
  for (CLI::App* each : app.get_subcommands({})) NameInExamples(*each);
}

}  // namespace loadline
