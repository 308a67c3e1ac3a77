// The files that the recorder reads and writes beside its database.
#pragma once

#include "had/record/ledger.hpp"

#include <optional>
#include <string>

namespace had::recorder {

// Of /sys/class/net.  Nothing: there is no such interface.
std::optional<record::Carrier> read_carrier(const std::string& sys, const std::string& interface);
std::optional<record::Carrier> read_carrier(const std::string& sys, int index);

// Everybody may read the database and what belongs to it.
void make_readable(const std::string& database);
// The new name.  Nothing: it cannot be renamed.
std::optional<std::string> rename_aside(const std::string& database);

} // namespace had::recorder
