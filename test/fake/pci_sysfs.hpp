// A machine's PCI side as sysfs shows it, in a directory of its own that ends with the test.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace had::test {

struct PciSysfs {
    std::filesystem::path root;

    PciSysfs() {
        std::string pattern = (std::filesystem::temp_directory_path() / "had-pci-XXXXXX").string();
        if (!mkdtemp(pattern.data()))
            throw std::system_error(errno, std::generic_category(), pattern);
        root = pattern;
        for (const char* dir : {"sys/bus/pci/devices", "sys/bus/pci/slots", "sys/class/net"})
            std::filesystem::create_directories(root / dir);
    }
    PciSysfs(const PciSysfs&) = delete;
    PciSysfs& operator=(const PciSysfs&) = delete;
    ~PciSysfs() {
        std::error_code ignored;
        std::filesystem::remove_all(root, ignored);
    }

    void write(const std::filesystem::path& path, std::string_view text) const {
        std::filesystem::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
    }

    static std::string value(std::string_view lines, std::string_view key) {
        const std::size_t at = lines.find(key);
        if (at == std::string_view::npos) return "";
        lines.remove_prefix(at + key.size());
        return std::string(lines.substr(0, lines.find('\n')));
    }

    // `below` is the path under /sys/devices: "pci0000:00/0000:00:05.0"; the rest as a uevent has it.
    void function(const std::string& below, std::string_view uevent) const {
        const std::string id = value(uevent, "PCI_ID="), subsystem = value(uevent, "PCI_SUBSYS_ID=");
        const auto word = [](const std::string& hex) { return fmt::format("{:0>8}", hex); };
        const std::string code = fmt::format("{:0>6}", value(uevent, "PCI_CLASS="));
        const auto after = [](const std::string& pair) {
            return pair.substr(std::min(pair.size(), pair.find(':') + 1));
        };
        if (!id.empty())
            write("sys/devices/" + below + "/modalias",
                  fmt::format("pci:v{}d{}sv{}sd{}bc{}sc{}i{}\n", word(id.substr(0, 4)), word(after(id)),
                              word(subsystem.substr(0, subsystem.find(':'))), word(after(subsystem)),
                              code.substr(0, 2), code.substr(2, 2), code.substr(4)));
        if (const std::string driver = value(uevent, "DRIVER="); !driver.empty())
            std::filesystem::create_symlink("../../../bus/pci/drivers/" + driver,
                                            root / "sys/devices" / below / "driver");
        const std::filesystem::path name = std::filesystem::path(below).filename();
        std::filesystem::create_symlink("../../../devices/" + below,
                                        root / "sys/bus/pci/devices" / name);
    }
    void make_virtual(const std::string& below) const {
        std::filesystem::create_symlink("../0000:00:00.0", root / "sys/devices" / below / "physfn");
    }
    void interface(const std::string& below, const std::string& name, int ifindex,
                   int dev_port) const {
        const std::string dir = below + "/net/" + name;
        write("sys/devices/" + dir + "/ifindex", fmt::format("{}\n", ifindex));
        write("sys/devices/" + dir + "/dev_port", fmt::format("{}\n", dev_port));
        std::filesystem::create_symlink("../../devices/" + dir, root / "sys/class/net" / name);
    }
    void slot(const std::string& name, std::string_view address, const std::string& module,
              bool power) const {
        const std::string dir = "sys/bus/pci/slots/" + name;
        write(dir + "/address", fmt::format("{}\n", address));
        if (!module.empty())
            std::filesystem::create_symlink("../../../../module/" + module, root / dir / "module");
        if (power) write(dir + "/power", "1\n");
    }
};

} // namespace had::test
