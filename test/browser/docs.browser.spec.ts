import { expect } from 'chai';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { useService } from '../support/index.js';

/** The one of Debian; npm brings none. */
const CHROMIUM = '/usr/bin/chromium';

describe('The page of the API in a browser', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  let browser: Browser;
  let page: Page;
  /** What the page complained of, and what it asked of anybody else. */
  const complaints: string[] = [];

  before('open the page', async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(service().url) && !url.startsWith('data:')) complaints.push(url);
    });
    await page.goto(`${service().url}/`);
    await page.waitForSelector('.opblock-tag');
  });

  after(async () => {
    await browser.close();
  });

  /** The block of one operation, its group opened. */
  async function open(tag: string, operation: string): Promise<Locator> {
    const block = page.locator(`#operations-${tag}-${operation}`);
    if (!(await block.isVisible())) {
      await page.locator(`#operations-tag-${tag} .expand-operation`).click();
    }
    await block.locator('.opblock-summary-control').click();
    return block;
  }

  /** Presses the two buttons, and returns the status and the body that are shown. */
  async function tryOut(block: Locator): Promise<readonly [status: string, body: string]> {
    await block.locator('.try-out__btn').click();
    await block.locator('.execute').click();
    const answer = block.locator('.live-responses-table tbody .response').first();
    const status = await answer.locator('.response-col_status').first().innerText();
    const body = await answer.locator('.highlight-code pre').first().innerText();
    return [status.trim(), body];
  }

  it('shows the groups, closed, in an order that begins with apps', async () => {
    expect(await page.title()).to.equal('Ekiden API');
    const tags = await page.locator('.opblock-tag').allInnerTexts();
    expect(tags.length).to.be.greaterThan(8);
    expect(tags[0]).to.match(/^Apps/);
    expect(await page.locator('.opblock').count()).to.equal(0);
    expect(await page.locator('.info').innerText()).to.include('Two minutes to a running app');
  });

  it('creates the example app by two clicks, and then shows it', async () => {
    const [created, definition] = await tryOut(await open('Apps', 'postApps'));
    expect(created).to.equal('201');
    expect(definition).to.include('"id": "/hello"');
    const [shown, app] = await tryOut(await open('Apps', 'getAppsId'));
    expect(shown).to.equal('200');
    expect(app).to.include('"id": "/hello"').and.to.include('"tasks"');
    expect((await service().api.app('/hello')).instances).to.equal(3);
  });

  it('leads to one operation by its address', async () => {
    await page.goto(`${service().url}/docs#/Why/getWhy`);
    await page.reload();
    const block = page.locator('#operations-Why-getWhy.is-open');
    await block.waitFor();
    expect(await block.innerText()).to.include('Explain why');
  });

  it('asked nobody else for anything, and had nothing to complain of', () => {
    expect(complaints).to.deep.equal([]);
  });
});
