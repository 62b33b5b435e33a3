import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { RawPort } from "./list-ports.js";

/** Ports that a board can be on: what Linux names USB's and a computer's own serial ports. */
const portName = /^(tty(ACM|USB|AMA|WCH|XRUSB|O|MFD|S|SC|mxc)|rfcomm)\d+$/;

async function readText(...path: string[]): Promise<string | undefined> {
  try {
    return (await readFile(join(...path), "utf8")).trim();
  } catch {
    return undefined;
  }
}

/** The attributes of the USB device that a device folder lies in. */
async function readUsb(root: string, from: string): Promise<Partial<RawPort>> {
  for (let folder = from; folder.startsWith(root) && folder !== root; folder = dirname(folder)) {
    const vendorId = await readText(folder, "idVendor");
    if (vendorId === undefined) continue;
    const [productId, manufacturer, product, serialNumber] = await Promise.all(
      ["idProduct", "manufacturer", "product", "serial"].map((name) => readText(folder, name)),
    );
    return {
      vendorId,
      ...(productId !== undefined && { productId }),
      ...(manufacturer !== undefined && { manufacturer }),
      ...(product !== undefined && { product }),
      ...(serialNumber !== undefined && { serialNumber }),
    };
  }
  return {};
}

/**
 * Linux's serial ports by what the kernel tells in `/sys`, which asks for no udev and is there in a container too.
 * A port without hardware (the kernel makes `ttyS0` to `ttyS3` on stock) is left out.
 */
export async function readSysfsPorts(sys = "/sys"): Promise<RawPort[]> {
  const root = await realpath(sys).catch(() => sys);
  const names = await readdir(join(root, "class", "tty")).catch(() => []);
  const ports: RawPort[] = [];
  for (const name of names.filter((each) => portName.test(each)).sort()) {
    const folder = join(root, "class", "tty", name);
    const device = await realpath(join(folder, "device")).catch(() => undefined);
    if (device === undefined) continue;
    const usb = await readUsb(root, device);
    if (usb.vendorId === undefined && (await readText(folder, "type")) === "0") continue;
    ports.push({ path: `/dev/${basename(name)}`, ...usb });
  }
  return ports;
}
