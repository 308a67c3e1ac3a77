// Services of had.conf as programs: what runs of them is kept in a directory, and they live in one of two hosts.
//
// With systemd each is a unit, without it a child.  One that a daemon before this one has started stays in the host in
// which it is.  A record that cannot be read, and a directory that cannot, are never taken for none: then nothing is
// started that might run already.
#pragma once

#include "had/sys/device_finder.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/service_children.hpp"
#include "had/sys/service_units.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace had::sys {

class ServiceRunner final : public core::Runner {
public:
    using Heard = ServiceHost::Heard;
    using Log = ServiceHost::Log;
    // Is called when there is the first to be started or adopted.  Null: there is no systemd, they are children.
    using Connect = std::function<std::unique_ptr<UnitManager>()>;
    ServiceRunner(Loop& loop, std::filesystem::path directory, Heard heard, Log log, Connect connect);
    ~ServiceRunner() override;

    std::vector<core::Adopted> adopt() override;
    std::optional<int> start(const core::Launch& launch, std::string& trouble) override;
    void stop(const core::ServiceKey& key, bool kill) override;
    void note_ready(const core::ServiceKey& key) override;
    void note_bare(const core::ServiceKey& key) override;
    void note_failed(const core::ServiceKey& key, std::uint64_t device, const core::Failures& failures,
                     bool ended) override;
    void note_well(const core::ServiceKey& key) override;
    void note_done(const core::ServiceKey& key, std::uint64_t device) override;
    void forget(const core::ServiceKey& key, bool ended) override;
    std::string run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) override;
    void end(const core::Helper& helper) override;
    void watch(const std::vector<core::MatchConfig>& matches) override;
    std::vector<core::Device> devices(const core::MatchConfig& match) override;
    [[nodiscard]] bool has_file(const std::string& path) override;
    [[nodiscard]] unsigned minute_of_day() override;

private:
    [[nodiscard]] std::filesystem::path path_of(const core::ServiceKey& key) const;
    ServiceUnits* units();
    ServiceHost& host();
    [[nodiscard]] bool runs(const core::ServiceKey& key) const;
    std::optional<core::Adopted> adopt(const std::filesystem::path& path);
    // What the record becomes; nothing: it stays as it is.  Gets nothing where there is none; one that cannot be read
    // stays.
    using Change = std::function<std::optional<ServiceRecord>(const std::optional<ServiceRecord>&)>;
    void change(const core::ServiceKey& key, const Change& how) noexcept;

    Loop& loop_;
    std::filesystem::path directory_;
    Heard heard_;
    Log log_;
    DeviceFinder finder_;
    ServiceChildren children_;
    Connect connect_;
    std::unique_ptr<ServiceUnits> units_;     // null: without systemd
    std::string unreadable_;                  // why nobody knows what runs; empty: it is known
};

} // namespace had::sys
