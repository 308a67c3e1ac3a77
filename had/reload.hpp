// The files in force.  New ones are taken whole or not at all, and a plan can be made of them without taking them.
#pragma once

#include "had/control/daemon.hpp"
#include "had/files.hpp"
#include "had/run/foresight.hpp"
#include "had/run/model.hpp"

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace had {

struct ReloadedParts {                        // what another file changes, in this order
    std::function<void(bool)> read_modes;     // whether the file sets any; may fail, as the next one may
    std::function<void(const std::string&)> set_group;
    // Returns what waits for force.
    std::function<std::vector<std::string>(const Files&, bool force)> take;
};

class FilesInForce {
public:
    FilesInForce(std::string path, Files files) : path_(std::move(path)), files_(std::move(files)) {}

    [[nodiscard]] const Files& files() const { return files_; }
    // Reads them anew.  Throws nothing for what is wrong with the files: the answer says it.
    control::ReloadAnswer reload(const ReloadedParts& parts, bool force);
    // For the files in force, or for `other` as if that were had.conf and what is beside it.
    [[nodiscard]] control::PlanAnswer plan(const Model& model, const core::Kernel& kernel,
                                           const std::optional<ConfigTexts>& other) const;

private:
    [[nodiscard]] Files read_anew(const ReloadedParts& parts, bool force) const;

    std::string path_;
    Files files_;
};

std::variant<core::Refusal, control::PlanAnswer> answer_of(std::variant<core::Refusal, core::Plan> foreseen);

// Logs the answer to a reload that a signal asked for.
void log_reload(const control::ReloadAnswer& answer);

} // namespace had
