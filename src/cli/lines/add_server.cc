#include "cli/lines/add_server.h"

#include "cli/plugin.h"

namespace loadline {

void AddServer(CLI::App& command, Server& server) {
  ServerAddress& address = server.address;
  const bool is_plugin = IsPlugin(command);
  address.through_cluster = is_plugin;
  CLI::Option* url = command.add_option("--server", address.url, "The server's HTTP port, to go straight there")
                         ->type_name("URL")
                         ->each([&address](const std::string&) { address.through_cluster = false; });
  if (!is_plugin) url->capture_default_str();
  const auto through_cluster = [&](CLI::Option* option) {
    option->excludes(url)->each([&address](const std::string&) { address.through_cluster = true; });
  };
  if (!is_plugin) {
    command
        .add_flag("--kube", address.through_cluster,
                  "Through the API server of the kubeconfig's cluster, as each option below means, too")
        ->excludes(url);
  }
  ClusterAddress& cluster = address.cluster;
  through_cluster(command.add_option("--context", cluster.context, "The kubeconfig's context [its current one]")
                      ->type_name("NAME"));
  through_cluster(
      command.add_option("--kubeconfig", cluster.kubeconfig, "The kubeconfig [KUBECONFIG, ~/.kube/config, the pod's]")
          ->type_name("FILE"));
  through_cluster(command
                      .add_option("--service", cluster.service,
                                  "Loadline's Service, [https:]NAMESPACE/NAME[:PORT] [the one that is labelled so]")
                      ->type_name("SERVICE"));
  command
      .add_option("--token-file", address.token_file, "A file with Loadline's token, where the server has a tokensFile")
      ->type_name("FILE");
  // A replay has its own, of whichever server it asks.
  if (command.get_option_no_throw("--ca-file") != nullptr) return;
  CLI::Option* authorities =
      command.add_option("--ca-file", address.ca_file, "PEM file with the authorities of the certificate of --server")
          ->type_name("FILE");
  if (is_plugin) authorities->needs(url);
}

void AddNamespace(CLI::App& command, std::string& object_namespace, const std::string& help) {
  command.add_option("-n,--namespace", object_namespace, help)->type_name("NAMESPACE");
}

}  // namespace loadline
