// The files that are in force: others are taken whole or not at all, and a plan can be made of others.
#pragma once

#include "had/control/daemon.hpp"
#include "had/control/server.hpp"
#include "had/files.hpp"
#include "had/run/reconciler.hpp"
#include "had/sys/machine.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace had {

struct ReloadedParts {                        // what another file changes
    sys::Machine& machine;
    Reconciler& reconciler;
    control::Server& server;
};

class FilesInForce {
public:
    FilesInForce(std::string path, Files files) : path_(std::move(path)), files_(std::move(files)) {}

    [[nodiscard]] const Files& files() const { return files_; }
    // Reads them anew.  Throws nothing that is about the files.
    control::ReloadAnswer reload(const ReloadedParts& parts, bool force);
    // Of the files in force, or of `text` as had.conf might be.
    [[nodiscard]] control::PlanAnswer plan(const Model& model, std::optional<std::string_view> text) const;

private:
    [[nodiscard]] Files read_anew(const ReloadedParts& parts, bool force) const;

    std::string path_;
    Files files_;
};

// Of a reload that a signal asked for, into the log.
void log_reload(const control::ReloadAnswer& answer);

} // namespace had
