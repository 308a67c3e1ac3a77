// What keepalived is told, so that an address is on one of two hosts (`hadctl pair setup`).
#pragma once

#include "had/core/config/config.hpp"

#include <string>
#include <variant>

namespace had::hadctl {

struct NoPair {
    std::string why;
};
// keepalived.conf(5) for this host, from its had.conf; `hadctl`: the path of that program.  The other host's, from its
// own file, fits to it.
std::variant<std::string, NoPair> keepalived_conf(const core::Config& config, const core::IpPrefix& address,
                                                  const std::string& file, const std::string& hadctl);

} // namespace had::hadctl
