// had.conf, and the files of had.conf.d that go on with it.
#pragma once

#include "had/core/base/diagnostics.hpp"
#include "had/core/base/ini.hpp"

#include <string>
#include <vector>

namespace had::sys {

struct ConfigFiles {
    std::vector<core::IniText> texts;         // had.conf itself first
    core::Diagnostics diagnostics;            // of what could not be read: then the rest is not the whole
};

// "/etc/had.conf.d" of "/etc/had.conf".
std::string directory_beside(const std::string& file);

// With the files of that directory whose names end in ".conf" and begin with no dot, in the order of their bytes.  Each
// must be a regular file, or a link to one, that can be read: one that is not is a mistake, since nobody knows what it
// would have said.  A directory that does not exist is empty.  Throws std::system_error when `file` itself cannot be
// read.
ConfigFiles read_config_files(const std::string& file);

} // namespace had::sys
