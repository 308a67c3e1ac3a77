// A table of the daemon's, once or with --watch.
#pragma once

#include "had/control/client.hpp"
#include "had/hadctl/commands.hpp"

#include <functional>
#include <string>

namespace had::hadctl {

struct Table {
    std::string text;
    Exit exit = Exit::ok;                     // of the last one that was shown
};

// With --watch again each second, until Ctrl-C: on a terminal in place, else one below the other.
Exit show(const Options& options, const std::function<Table(control::Client& client)>& ask);

} // namespace had::hadctl
