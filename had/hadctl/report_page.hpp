// The file of `hadctl report`, from its parts: one page of HTML that needs nothing beside it, and may fetch nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace had::hadctl {

struct ReportParts {
    std::string title;
    std::string text;                         // what is read where no script runs: the panel
    std::string data;                         // JSON
    std::string style, script;                // chassis.css; all modules as one
};

// Where `make install` puts the modules, as seen from the program's directory; or in the checkout that it was built in.
std::filesystem::path modules_beside(const std::filesystem::path& program);
// The names of the modules, in the order in which they stand in one script: who is imported comes first.
const std::vector<std::string>& report_modules();
// One script of modules that only import each other: nothing is left of `import` and `export`.  Requires: an import is
// one line, and no two modules name the same at their top.
std::string as_one_script(const std::vector<std::string>& modules);

// Nothing of `title`, `text` and `data` is ever markup.
std::string report_page(const ReportParts& parts);

} // namespace had::hadctl
